using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Memory of attention's operands and results. Queries, keys and values may be parts of one tensor: its memory three times.</summary>
/// <param name="Q">Queries.</param>
/// <param name="K">Keys.</param>
/// <param name="V">Values.</param>
/// <param name="Lengths">Keys that each item has, integers (items); null where all have all.</param>
/// <param name="Mask">What is added to the scores (queries, keys); null for nothing.</param>
/// <param name="Y">Results (items, queries, heads * width of a value).</param>
/// <param name="Statistics">Logarithm of each row's sum of exponentials (items, heads, queries).</param>
public readonly record struct AttentionViews(View Q, View K, View V, View? Lengths, View? Mask, View Y, View Statistics)
{
    internal unsafe AttentionPointers Pointers => new()
    {
        Q = Q.Pointer,
        K = K.Pointer,
        V = V.Pointer,
        Lengths = Lengths is { } lengths ? lengths.IntPointer : null,
        Mask = Mask is { } mask ? mask.Pointer : null,
        Y = Y.Pointer,
        Statistics = Statistics.Pointer,
    };

    internal AttentionDeviceViews OnDevice => new()
    {
        Q = Q.Floats,
        K = K.Floats,
        V = V.Floats,
        Lengths = Lengths is { } lengths ? lengths.Ints : default,
        HasLengths = Lengths is null ? 0 : 1,
        Mask = Mask is { } mask ? mask.Floats : default,
        HasMask = Mask is null ? 0 : 1,
        Y = Y.Floats,
        Statistics = Statistics.Floats,
    };
}

/// <summary>The same for kernels of a device.</summary>
public struct AttentionDeviceViews
{
    /// <summary>Queries.</summary>
    public ArrayView<float> Q;

    /// <summary>Keys.</summary>
    public ArrayView<float> K;

    /// <summary>Values.</summary>
    public ArrayView<float> V;

    /// <summary>Keys that each item has.</summary>
    public ArrayView<int> Lengths;

    /// <summary>1 where there are such lengths.</summary>
    public int HasLengths;

    /// <summary>What is added to the scores.</summary>
    public ArrayView<float> Mask;

    /// <summary>1 where there is a mask.</summary>
    public int HasMask;

    /// <summary>Results.</summary>
    public ArrayView<float> Y;

    /// <summary>Logarithms of the rows' sums.</summary>
    public ArrayView<float> Statistics;

    /// <summary>Keys that an item has.</summary>
    public readonly int Length(int item, int keys) => HasLengths != 0 ? Lengths[item] : keys;

    /// <summary>A score from a product.</summary>
    public readonly float Score(in AttentionShape shape, float product, int query, int key) =>
        shape.Scale * product + (HasMask != 0 ? Mask[(long)query * shape.Keys + key] : 0);
}
