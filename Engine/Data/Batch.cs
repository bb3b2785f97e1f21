using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Some samples, gathered row by row. The memory is used again: it holds until the next batch is asked for, so keep a
/// <see cref="Copy"/> of what must last longer.
/// Shapes: inputs or tokens (count, item), labels (count) or (count, steps), targets (count, target), indices (count).
/// </summary>
public sealed class Batch
{
    private readonly float[] inputs;
    private readonly int[] tokens;
    private readonly int[] labels;
    private readonly float[] targets;
    private readonly int[] indices;
    private readonly float[] between;
    private readonly int itemSize;
    private readonly int targetSize;
    private readonly int labelSize;
    private Shape inputsShape;
    private Shape targetsShape;

    internal Batch(DataSet set, int room, int augmentations)
    {
        ItemShape = set.ItemShape;
        TargetShape = set.TargetShape;
        LabelShape = set.LabelShape;
        itemSize = (int)set.ItemShape.Elements;
        targetSize = set.HasTargets ? (int)set.TargetShape.Elements : 0;
        labelSize = set.HasLabels ? (int)set.LabelShape.Elements : 0;
        inputs = new float[set.HasTokens ? 0 : (long)room * itemSize];
        tokens = new int[set.HasTokens ? (long)room * itemSize : 0];
        labels = new int[(long)room * labelSize];
        targets = new float[(long)room * targetSize];
        indices = new int[room];
        between = new float[augmentations > 1 ? itemSize : 0];
    }

    private Batch(Batch from)
    {
        (ItemShape, TargetShape, LabelShape) = (from.ItemShape, from.TargetShape, from.LabelShape);
        (itemSize, targetSize, labelSize) = (from.itemSize, from.targetSize, from.labelSize);
        (Count, Epoch, Number) = (from.Count, from.Epoch, from.Number);
        inputs = from.Inputs.ToArray();
        tokens = from.Tokens.ToArray();
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

    /// <summary>Shape of the labels of one sample: a single number, or (steps).</summary>
    public Shape LabelShape { get; }

    /// <summary>Shape of all inputs: (count, item). Made again only when the count changes, so that batches make no garbage.</summary>
    public Shape InputsShape => inputsShape.Rank > 0 && inputsShape[0] == Count ? inputsShape : inputsShape = ItemShape.Prepend(Count);

    /// <summary>Shape of all labels, (count) or (count, steps), or of all targets, (count, target).</summary>
    public Shape TargetsShape => targetsShape.Rank > 0 && targetsShape[0] == Count
        ? targetsShape
        : targetsShape = (labelSize > 0 ? LabelShape : TargetShape).Prepend(Count);

    /// <summary>The inputs, one sample after the other; empty where the set holds tokens.</summary>
    public ReadOnlyMemory<float> Inputs => inputs.AsMemory(0, tokens.Length > 0 ? 0 : Count * itemSize);

    /// <summary>The inputs of a set of tokens, one sample after the other; empty where the set holds floats.</summary>
    public ReadOnlyMemory<int> Tokens => tokens.AsMemory(0, tokens.Length > 0 ? Count * itemSize : 0);

    /// <summary>The classes; empty where the set has none.</summary>
    public ReadOnlyMemory<int> Labels => labels.AsMemory(0, Count * labelSize);

    /// <summary>The numbers to predict; empty where the set has none.</summary>
    public ReadOnlyMemory<float> Targets => targets.AsMemory(0, Count * targetSize);

    /// <summary>The row of the set that each sample is.</summary>
    public ReadOnlyMemory<int> Indices => indices.AsMemory(0, Count);

    /// <summary>The inputs as a feed: floats, or the integers of tokens.</summary>
    /// <param name="name">The input that they feed; null feeds the inputs in their order.</param>
    public Feed InputFeed(string? name = null) => tokens.Length > 0 ? Feed.Of(name, Tokens, InputsShape) : Feed.Of(name, Inputs, InputsShape);

    /// <summary>A batch of the same content in memory of its own.</summary>
    public Batch Copy() => new(this);

    internal void Fill(DataSet set, ReadOnlySpan<int> rows, int epoch, int number, IReadOnlyList<Augmentation> augment, ulong epochKey)
    {
        (Count, Epoch, Number) = (rows.Length, epoch, number);
        rows.CopyTo(indices);
        if (augment.Count == 0)
            Gather(set.Inputs.Span, set.HasTokens ? 0 : itemSize, rows, inputs);
        for (var at = 0; at < rows.Length && augment.Count > 0; at++)
            Change(set.Item(rows[at]), inputs.AsSpan(at * itemSize, itemSize), augment, Streams.Key(epochKey, (ulong)rows[at]));
        Gather(set.Tokens.Span, set.HasTokens ? itemSize : 0, rows, tokens);
        Gather(set.Targets.Span, targetSize, rows, targets);
        Gather(set.Labels.Span, labelSize, rows, labels);
    }

    private static void Gather<T>(ReadOnlySpan<T> all, int size, ReadOnlySpan<int> rows, Span<T> result)
    {
        if (size == 0)
            return;
        for (var at = 0; at < rows.Length; at++)
            all.Slice(rows[at] * size, size).CopyTo(result[(at * size)..]);
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
