using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// The one copy behind permuting, slicing, padding, concatenating and broadcasting: for every index (i0, i1, ...) of a shape
/// of up to 8 axes, y[yOffset + sum of i_k to_k] = x[xOffset + sum of i_k from_k]. A stride of 0 repeats; a negative one
/// walks backwards. Elements are any four bytes, integers too. Per element: 1 read, 1 write.
/// </summary>
public static class StridedCopyKernels
{
    /// <summary>The most axes a shape may have.</summary>
    public const int MostAxes = 8;

    /// <summary>Launches the form that the route runs, over axes collapsed as far as the strides allow.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="x">What is read.</param>
    /// <param name="y">What is written; elements that no index meets keep their values.</param>
    /// <param name="shape">Size of each axis, outermost first.</param>
    /// <param name="from">Elements of x from one index of an axis to the next.</param>
    /// <param name="to">Elements of y from one index of an axis to the next.</param>
    /// <param name="xOffset">Place of index 0 in x.</param>
    /// <param name="yOffset">Place of index 0 in y.</param>
    public static void Run(
        Route route, View x, View y, ReadOnlySpan<int> shape, ReadOnlySpan<long> from, ReadOnlySpan<long> to,
        long xOffset = 0, long yOffset = 0)
    {
        if (shape.Length > MostAxes || from.Length != shape.Length || to.Length != shape.Length)
            throw new ArgumentException($"A copy takes at most {MostAxes} axes with a stride of x and of y each, but got {shape.Length} axes, "
                + $"{from.Length} and {to.Length} strides. Merge neighbouring axes first.");
        var axes = new CopyAxes(shape, from, to);
        if (axes.Count == 0)
            return;
        if (route is HostRoute host)
            HostCopy.Run(host, x, y, axes, xOffset, yOffset);
        else
            route.Each(checked((int)axes.Count), new StridedCopyBody(x.Floats, y.Floats, axes, xOffset, yOffset));
    }
}

/// <summary>Device form: one index an element, decomposed innermost axis first.</summary>
public readonly struct StridedCopyBody : IBody
{
    private readonly ArrayView<float> x;
    private readonly ArrayView<float> y;
    private readonly long xOffset;
    private readonly long yOffset;
    private readonly int rank;
    private readonly CopyAxis a;
    private readonly CopyAxis b;
    private readonly CopyAxis c;
    private readonly CopyAxis d;
    private readonly CopyAxis e;
    private readonly CopyAxis f;
    private readonly CopyAxis g;
    private readonly CopyAxis h;

    internal StridedCopyBody(ArrayView<float> x, ArrayView<float> y, in CopyAxes axes, long xOffset, long yOffset)
    {
        (this.x, this.y, this.xOffset, this.yOffset, rank) = (x, y, xOffset, yOffset, axes.Rank);
        (a, b, c, d, e, f, g, h) = (axes[0], axes[1], axes[2], axes[3], axes[4], axes[5], axes[6], axes[7]);
    }

    /// <inheritdoc/>
    public void Run(int index)
    {
        var from = xOffset;
        var to = yOffset;
        var rest = index;
        a.Take(ref rest, ref from, ref to);
        if (rank > 1)
            b.Take(ref rest, ref from, ref to);
        if (rank > 2)
            c.Take(ref rest, ref from, ref to);
        if (rank > 3)
            d.Take(ref rest, ref from, ref to);
        if (rank > 4)
        {
            e.Take(ref rest, ref from, ref to);
            f.Take(ref rest, ref from, ref to);
            g.Take(ref rest, ref from, ref to);
            h.Take(ref rest, ref from, ref to);
        }
        y[to] = x[from];
    }
}
