using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Which keys a query sees, as numbers; see <see cref="AttentionShape.End"/>. One body serves both routes.</summary>
public static class VisibilityKernels
{
    /// <summary>y[n, i, j] = 1 where query i of item n sees key j, else 0.</summary>
    /// <param name="route">Where it runs.</param>
    /// <param name="lengths">Keys that each item has; null where all have all.</param>
    /// <param name="y">Results (items, queries, keys).</param>
    /// <param name="items">Items.</param>
    /// <param name="queries">Queries of an item.</param>
    /// <param name="keys">Keys of an item.</param>
    /// <param name="causal">Whether later keys are hidden.</param>
    public static void Run(Route route, View? lengths, View y, int items, int queries, int keys, bool causal) =>
        route.Each(checked(items * queries * keys), new VisibilityBody
        {
            Lengths = lengths is { } given ? given.Ints : default,
            HasLengths = lengths is null ? 0 : 1,
            Y = y.Floats,
            Shape = new AttentionShape(items, 1, new(0, 1, queries, 1), new(0, 1, keys, 1), new(0, 1, keys, 1), 1, causal),
        });
}

/// <summary>One index an element.</summary>
public struct VisibilityBody : IBody
{
    /// <summary>Keys that each item has.</summary>
    public ArrayView<int> Lengths;

    /// <summary>1 where there are such lengths.</summary>
    public int HasLengths;

    /// <summary>Ones and zeros.</summary>
    public ArrayView<float> Y;

    /// <summary>The sizes.</summary>
    public AttentionShape Shape;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var row = index / Shape.Keys;
        var item = row / Shape.Queries;
        var length = HasLengths != 0 ? Lengths[item] : Shape.Keys;
        Y[index] = index - row * Shape.Keys < Shape.End(row - item * Shape.Queries, length) ? 1f : 0f;
    }
}
