using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Samples of earlier tasks, to be learned again with those of a new one, so that they are not forgotten: rehearsal. It holds a fair
/// choice: each sample that it was shown is in it with the same probability, capacity / seen. Which ones depends on the seed and on the
/// order alone.
/// Source: Robins (1995), "Catastrophic forgetting, rehearsal and pseudorehearsal"; the choice is Vitter's (1985) algorithm R.
/// </summary>
public sealed class ReplayBuffer
{
    private readonly ulong key;
    private DataSet? contents;

    /// <summary>An empty buffer.</summary>
    /// <param name="capacity">Samples that it holds at most.</param>
    /// <param name="seed">Key of the choice.</param>
    public ReplayBuffer(int capacity, ulong seed = 0)
    {
        if (capacity < 1)
            throw new ArgumentOutOfRangeException(nameof(capacity), $"ReplayBuffer: needs room for at least one sample, but the capacity is {capacity}.\nTry a fifth of the samples of the tasks together.");
        Capacity = capacity;
        key = Streams.Key(seed, "replay");
    }

    /// <summary>Samples that it holds at most.</summary>
    public int Capacity { get; }

    /// <summary>Samples that it holds.</summary>
    public int Count => contents?.Count ?? 0;

    /// <summary>Samples that it was shown.</summary>
    public int Seen { get; private set; }

    /// <summary>What it holds.</summary>
    /// <exception cref="InvalidOperationException">It is empty still.</exception>
    public DataSet Contents => contents ?? throw new InvalidOperationException("ReplayBuffer: is empty, so it holds no set.\nShow it a task with Add first.");

    /// <summary>Shows it the samples of a task; it keeps its choice of all that it was shown.</summary>
    /// <exception cref="InvalidDataException">The set is of another kind than those before it.</exception>
    public void Add(DataSet task)
    {
        if (task.Count == 0)
            return;
        var all = contents is null ? task : contents.Append(task);
        var kept = Enumerable.Range(0, Count).ToList();
        for (var row = Count; row < all.Count; row++)
        {
            var random = new Philox(key, (ulong)Seen);
            Seen++;
            var place = random.NextInt(Seen);
            if (kept.Count < Capacity)
                kept.Add(row);
            else if (place < Capacity)
                kept[place] = row;
        }
        contents = all.Subset([.. kept]);
    }

    /// <summary>The samples of a new task and all that it holds: what to train on. The task itself while it is empty.</summary>
    public DataSet With(DataSet task) => contents is null ? task : task.Append(contents);
}
