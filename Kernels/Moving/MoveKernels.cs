namespace GpuNN.Kernels;

/// <summary>
/// The copies that operations ask for, each a strided copy of contiguous x into contiguous y. Shapes have up to 8 axes,
/// outermost first. Elements are any four bytes, integers too. Per element: 1 read, 1 write.
/// </summary>
public static class MoveKernels
{
    /// <summary>Permutes axes: axis k of y is axis order[k] of x.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="x">Elements of the shape.</param>
    /// <param name="y">Elements of the permuted shape.</param>
    /// <param name="shape">Shape of x.</param>
    /// <param name="order">Each axis of x once.</param>
    public static void Permute(Route route, View x, View y, ReadOnlySpan<int> shape, ReadOnlySpan<int> order)
    {
        Span<long> strides = stackalloc long[shape.Length];
        Span<long> from = stackalloc long[shape.Length];
        Span<long> to = stackalloc long[shape.Length];
        Span<int> sizes = stackalloc int[shape.Length];
        Strides(shape, strides);
        for (var k = 0; k < shape.Length; k++)
        {
            from[k] = strides[order[k]];
            sizes[k] = shape[order[k]];
        }
        Strides(sizes, to);
        StridedCopyKernels.Run(route, x, y, sizes, from, to);
    }

    /// <summary>Copies the window of x that begins at starts and has the given sizes; y has that shape.</summary>
    public static void Slice(Route route, View x, View y, ReadOnlySpan<int> shape, ReadOnlySpan<int> starts, ReadOnlySpan<int> sizes)
    {
        Span<long> from = stackalloc long[shape.Length];
        Span<long> to = stackalloc long[shape.Length];
        Strides(shape, from);
        Strides(sizes, to);
        StridedCopyKernels.Run(route, x, y, sizes, from, to, xOffset: Offset(starts, from));
    }

    /// <summary>Copies x into the window of y that begins at starts; the rest of y keeps its values.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="x">Elements of the sizes.</param>
    /// <param name="y">Elements of the shape.</param>
    /// <param name="sizes">Shape of x.</param>
    /// <param name="shape">Shape of y.</param>
    /// <param name="starts">Where the window begins on each axis.</param>
    public static void Place(Route route, View x, View y, ReadOnlySpan<int> sizes, ReadOnlySpan<int> shape, ReadOnlySpan<int> starts)
    {
        Span<long> from = stackalloc long[shape.Length];
        Span<long> to = stackalloc long[shape.Length];
        Strides(sizes, from);
        Strides(shape, to);
        StridedCopyKernels.Run(route, x, y, sizes, from, to, yOffset: Offset(starts, to));
    }

    /// <summary>Surrounds x by a constant: the adjoint of <see cref="Slice"/> where the constant is 0.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="x">Elements of the sizes.</param>
    /// <param name="y">Elements of the shape, all written.</param>
    /// <param name="sizes">Shape of x.</param>
    /// <param name="shape">Shape of y.</param>
    /// <param name="starts">Where x begins on each axis of y.</param>
    /// <param name="value">What surrounds it.</param>
    public static void Pad(
        Route route, View x, View y, ReadOnlySpan<int> sizes, ReadOnlySpan<int> shape, ReadOnlySpan<int> starts, float value)
    {
        if (!sizes.SequenceEqual(shape))
            route.Fill(y, value);
        Place(route, x, y, sizes, shape, starts);
    }

    /// <summary>Copies one operand of a concatenation into its place: y[o, offset + i] = x[o, i].</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="x">One operand (outer, width).</param>
    /// <param name="y">The whole (outer, total); other places keep their values.</param>
    /// <param name="outer">Product of the axes before the joined one.</param>
    /// <param name="width">Product of the joined axis and those behind it, in the operand.</param>
    /// <param name="total">The same in the whole.</param>
    /// <param name="offset">Where the operand begins.</param>
    public static void Concatenate(Route route, View x, View y, int outer, int width, int total, int offset) =>
        StridedCopyKernels.Run(route, x, y, [outer, width], [width, 1], [total, 1], yOffset: offset);

    /// <summary>Repeats x along axes where it has size 1; its axes are the last ones of the shape.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="x">Elements of the sizes.</param>
    /// <param name="y">Elements of the shape.</param>
    /// <param name="sizes">Shape of x: each size is 1 or that of y; there may be fewer axes.</param>
    /// <param name="shape">Shape of y.</param>
    public static void Broadcast(Route route, View x, View y, ReadOnlySpan<int> sizes, ReadOnlySpan<int> shape)
    {
        Span<long> strides = stackalloc long[sizes.Length];
        Span<long> from = stackalloc long[shape.Length];
        Span<long> to = stackalloc long[shape.Length];
        Strides(sizes, strides);
        Strides(shape, to);
        from.Clear();
        var missing = shape.Length - sizes.Length;
        for (var k = 0; k < sizes.Length; k++)
            from[missing + k] = sizes[k] == 1 ? 0 : strides[k];
        StridedCopyKernels.Run(route, x, y, shape, from, to);
    }

    private static void Strides(ReadOnlySpan<int> shape, Span<long> strides)
    {
        long stride = 1;
        for (var k = shape.Length - 1; k >= 0; k--)
        {
            strides[k] = stride;
            stride *= shape[k];
        }
    }

    private static long Offset(ReadOnlySpan<int> starts, ReadOnlySpan<long> strides)
    {
        long offset = 0;
        for (var k = 0; k < starts.Length; k++)
            offset += starts[k] * strides[k];
        return offset;
    }
}
