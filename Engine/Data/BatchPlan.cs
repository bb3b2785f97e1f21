namespace GpuNN;

/// <summary>
/// How a data set is cut into batches. The order of an epoch is a function of (<see cref="Seed"/>, epoch) and nothing else.
/// </summary>
/// <param name="Size">Samples in a batch.</param>
public sealed record BatchPlan(int Size)
{
    /// <summary>Samples in a batch.</summary>
    public int Size { get; } = Size > 0
        ? Size
        : throw new ArgumentOutOfRangeException(nameof(Size), $"A batch needs at least one sample, but the size is {Size}.");

    /// <summary>Whether each epoch has an order of its own; otherwise samples come in the order of the set.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Key of the orders and of the augmentation.</summary>
    public ulong Seed { get; init; }

    /// <summary>Leaves out the last batch of an epoch where it is short.</summary>
    public bool DropLast { get; init; }

    /// <summary>What changes each sample as it is read, one after the other.</summary>
    public IReadOnlyList<Augmentation> Augment { get; init; } = [];

    /// <summary>Number of batches that an epoch of so many samples has.</summary>
    public int Batches(int samples) => DropLast ? samples / Size : (int)(((long)samples + Size - 1) / Size);
}
