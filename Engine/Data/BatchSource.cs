using GpuNN.Kernels;

namespace GpuNN;

/// <summary>Fills batch k of epoch e, for any k and e: what it keeps is only the order of the epoch asked for last.</summary>
internal sealed class BatchSource
{
    private readonly DataSet set;
    private readonly BatchPlan plan;
    private readonly int[] order;
    private readonly ulong orderKey;
    private readonly ulong augmentKey;
    private int orderedEpoch = -1;

    public BatchSource(DataSet set, BatchPlan plan)
    {
        if (set.Count == 0)
            throw new InvalidDataException("A data set needs at least one sample to be cut into batches, but it is empty.\nCheck what was loaded, and any filter or split on the way.");
        (this.set, this.plan) = (set, plan);
        PerEpoch = plan.Batches(set.Count);
        if (PerEpoch == 0)
            throw new InvalidDataException(
                $"An epoch would have no batch: {set.Count} samples are fewer than the batch size {plan.Size}, and short batches are left out.\n" +
                "Use a smaller batch, or keep the short one (DropLast = false).");
        if (plan.Augment.Count > 0 && set.HasTokens)
            throw new InvalidDataException($"Augmentation changes floats, but the set holds tokens: {set}.\nLeave Augment empty, and vary the text before it becomes tokens.");
        foreach (var augmentation in plan.Augment)
            augmentation.Check(set.ItemShape);
        order = new int[set.Count];
        orderKey = Streams.Key(plan.Seed, "order of an epoch");
        augmentKey = Streams.Key(plan.Seed, "augmentation");
    }

    public int PerEpoch { get; }

    public Batch NewBatch() => new(set, Math.Min(plan.Size, set.Count), plan.Augment.Count);

    public void CheckPosition(int epoch, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (batch < 0 || batch > PerEpoch)
            throw new ArgumentOutOfRangeException(nameof(batch), $"An epoch has {PerEpoch} batches of {plan.Size}, so it cannot start at batch {batch}.");
    }

    public void Fill(Batch batch, int epoch, int number)
    {
        if (orderedEpoch != epoch)
            Order(epoch);
        var first = number * plan.Size;
        var rows = order.AsSpan(first, Math.Min(plan.Size, set.Count - first));
        batch.Fill(set, rows, epoch, number, plan.Augment, Streams.Key(augmentKey, (ulong)epoch));
    }

    private void Order(int epoch)
    {
        if (plan.Shuffle)
        {
            Shuffling.Permutation(order, new Philox(orderKey, (ulong)epoch));
        }
        else if (orderedEpoch < 0)
        {
            for (var row = 0; row < order.Length; row++)
                order[row] = row;
        }
        orderedEpoch = epoch;
    }
}
