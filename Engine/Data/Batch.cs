using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Some samples, gathered row by row. The memory is used again: it holds until the next batch is asked for, so keep a
/// <see cref="Copy"/> of what must last longer.
/// Shapes: inputs (count, item), labels (count), targets (count, target), indices (count).
/// </summary>
public sealed class Batch
{
    private readonly float[] inputs;
    private readonly int[] labels;
    private readonly float[] targets;
    private readonly int[] indices;
    private readonly float[] between;
    private readonly int itemSize;
    private readonly int targetSize;
    private Shape inputsShape;
    private Shape targetsShape;

    internal Batch(DataSet set, int room, int augmentations)
    {
        ItemShape = set.ItemShape;
        TargetShape = set.TargetShape;
        itemSize = (int)set.ItemShape.Elements;
        targetSize = set.HasTargets ? (int)set.TargetShape.Elements : 0;
        inputs = new float[(long)room * itemSize];
        labels = new int[set.HasLabels ? room : 0];
        targets = new float[(long)room * targetSize];
        indices = new int[room];
        between = new float[augmentations > 1 ? itemSize : 0];
    }

    private Batch(Batch from)
    {
        (ItemShape, TargetShape, itemSize, targetSize) = (from.ItemShape, from.TargetShape, from.itemSize, from.targetSize);
        (Count, Epoch, Number) = (from.Count, from.Epoch, from.Number);
        inputs = from.Inputs.ToArray();
        labels = from.Labels.ToArray();
        targets = from.Targets.ToArray();
        indices = from.Indices.ToArray();
        between = [];
    }

    /// <summary>Number of samples: the plan's size, less in a short last batch.</summary>
    public int Count { get; private set; }

    /// <summary>The epoch this batch belongs to.</summary>
    public int Epoch { get; private set; }

    /// <summary>Number of this batch in its epoch, from 0.</summary>
    public int Number { get; private set; }

    /// <summary>Shape of one sample's input.</summary>
    public Shape ItemShape { get; }

    /// <summary>Shape of the numbers to predict for one sample.</summary>
    public Shape TargetShape { get; }

    /// <summary>Shape of all inputs: (count, item). Made again only when the count changes, so that batches make no garbage.</summary>
    public Shape InputsShape => inputsShape.Rank > 0 && inputsShape[0] == Count ? inputsShape : inputsShape = ItemShape.Prepend(Count);

    /// <summary>Shape of all labels, (count), or of all targets, (count, target).</summary>
    public Shape TargetsShape => targetsShape.Rank > 0 && targetsShape[0] == Count ? targetsShape : targetsShape = labels.Length > 0 ? [Count] : TargetShape.Prepend(Count);

    /// <summary>The inputs, one sample after the other.</summary>
    public ReadOnlyMemory<float> Inputs => inputs.AsMemory(0, Count * itemSize);

    /// <summary>The classes; empty where the set has none.</summary>
    public ReadOnlyMemory<int> Labels => labels.AsMemory(0, Math.Min(Count, labels.Length));

    /// <summary>The numbers to predict; empty where the set has none.</summary>
    public ReadOnlyMemory<float> Targets => targets.AsMemory(0, Count * targetSize);

    /// <summary>The row of the set that each sample is.</summary>
    public ReadOnlyMemory<int> Indices => indices.AsMemory(0, Count);

    /// <summary>A batch of the same content in memory of its own.</summary>
    public Batch Copy() => new(this);

    internal void Fill(DataSet set, ReadOnlySpan<int> rows, int epoch, int number, IReadOnlyList<Augmentation> augment, ulong epochKey)
    {
        (Count, Epoch, Number) = (rows.Length, epoch, number);
        rows.CopyTo(indices);
        for (var at = 0; at < rows.Length; at++)
        {
            var row = rows[at];
            var item = inputs.AsSpan(at * itemSize, itemSize);
            if (augment.Count == 0)
                set.Item(row).CopyTo(item);
            else
                Change(set.Item(row), item, augment, Streams.Key(epochKey, (ulong)row));
        }
        if (targetSize > 0)
            for (var at = 0; at < rows.Length; at++)
                set.Target(rows[at]).CopyTo(targets.AsSpan(at * targetSize));
        if (labels.Length > 0)
        {
            var all = set.Labels.Span;
            for (var at = 0; at < rows.Length; at++)
                labels[at] = all[rows[at]];
        }
    }

    // Each reads what the one before it wrote, in turns here and in the batch, so that the last one writes into the batch.
    private void Change(ReadOnlySpan<float> item, Span<float> result, IReadOnlyList<Augmentation> augment, ulong key)
    {
        for (var which = 0; which < augment.Count; which++)
        {
            var to = (augment.Count - which) % 2 == 1 ? result : between;
            augment[which].Apply(item, to, ItemShape, new Philox(key, (ulong)which));
            item = to;
        }
    }
}
