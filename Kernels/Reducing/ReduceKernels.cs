namespace GpuNN.Kernels;

/// <summary>
/// Reductions of one axis: y[o, i] = scale * reduce over l of x[o, l, i].
/// Shapes: x (outer, length, inner), y (outer, inner).
/// Long axes are cut into chunks whose partial results are reduced again, so that threads share the work and rounding
/// errors grow with the logarithm of the length; the cuts depend on the shape alone. Reads x once.
/// </summary>
public static unsafe class ReduceKernels
{
    /// <summary>Elements of a row that one partial result covers.</summary>
    private const int RowChunk = 16384;

    /// <summary>Rows of a column that one partial result covers.</summary>
    private const int ColumnChunk = 256;

    /// <summary>Below this width, several rows are taken for one wide row, a bundle, so that vectors are full.</summary>
    internal const int Narrow = 256;

    /// <summary>Fewest rows in a bundle; the widest vector has so many elements, so a bundle is a whole number of vectors.</summary>
    private const int LeastBundle = 16;

    /// <summary>Floats of workspace that <see cref="Run"/> needs for a shape; 0 for short axes.</summary>
    public static long Workspace(int outer, int length, int inner)
    {
        var bundle = Bundle(length, inner);
        if (bundle > 1)
            return (long)outer * bundle * inner + Chunks(outer, length / bundle, bundle * inner, ColumnChunk);
        return Chunks(outer, length, inner, inner == 1 ? RowChunk : ColumnChunk);
    }

    /// <summary>Launches the form that the route runs.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="x">Numbers (outer, length, inner).</param>
    /// <param name="y">Results (outer, inner).</param>
    /// <param name="workspace">Room for <see cref="Workspace"/> floats; may be empty where that is 0.</param>
    /// <param name="outer">Product of the axes before the reduced one.</param>
    /// <param name="length">Length of the reduced axis.</param>
    /// <param name="inner">Product of the axes behind the reduced one.</param>
    /// <param name="scale">Factor of the result: 1 over the length for a mean.</param>
    public static void Run<TReduction>(Route route, in View x, in View y, in View workspace, int outer, int length, int inner, float scale)
        where TReduction : struct, IReduction
    {
        if (outer == 0 || inner == 0)
            return;
        if (inner == 1)
        {
            Rows<TReduction>(route, x, y, workspace, outer, length, scale);
        }
        else if ((length > ColumnChunk || route is not HostRoute ? Bundle(length, inner) : 1) is > 1 and var bundle)
        {
            var bundles = workspace.Slice(0, (long)outer * bundle * inner);
            var rest = workspace.Slice(bundles.Length, workspace.Length - bundles.Length);
            Columns<TReduction>(route, x, bundles, rest, outer, length / bundle, bundle * inner, (long)length * inner, 1f);
            EndBundles<TReduction>(route, x, bundles, y, outer, bundle, length, inner, scale);
        }
        else
        {
            Columns<TReduction>(route, x, y, workspace, outer, length, inner, (long)length * inner, scale);
        }
    }

    /// <summary>Rows in a bundle for a shape; 1 where rows are wide or few.</summary>
    private static int Bundle(int length, int inner)
    {
        if (inner is 1 or >= Narrow || length < 2 * LeastBundle)
            return 1;
        var size = LeastBundle;
        while (size * inner < 2 * Narrow && length >= 16 * size)
            size *= 2;
        return size;
    }

    private static long Chunks(int outer, int length, int inner, int chunk)
    {
        long room = 0;
        while (length > chunk)
        {
            length = Divide(length, chunk);
            room += Room((long)outer * length * inner);
        }
        return room;
    }

    private static void Rows<TReduction>(Route route, in View x, in View y, in View workspace, int outer, int length, float scale)
        where TReduction : struct, IReduction
    {
        if (length <= RowChunk)
        {
            RowsOnce<TReduction>(route, x, y, outer, length, 1, scale);
            return;
        }
        var chunks = Divide(length, RowChunk);
        var partial = workspace.Slice(0, Room((long)outer * chunks));
        RowsOnce<TReduction>(route, x, partial, outer, length, chunks, 1f);
        Rows<TReduction>(route, partial, y, workspace.Slice(partial.Length, workspace.Length - partial.Length), outer, chunks, scale);
    }

    private static void RowsOnce<TReduction>(Route route, in View x, in View y, int outer, int length, int chunks, float scale)
        where TReduction : struct, IReduction
    {
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new RowReduce<TReduction>(host, x.Pointer, y.Pointer, outer, length, chunks, RowChunk, scale));
            return;
        }
        var device = (DeviceRoute)route;
        device.Groups(checked(outer * chunks), GroupTree.Size(device, Math.Min(length, RowChunk)), new RowReduceBody<TReduction>
        {
            X = x.Floats,
            Y = y.Floats,
            Length = length,
            Chunks = chunks,
            Chunk = RowChunk,
            Scale = scale,
        });
    }

    private static void Columns<TReduction>(
        Route route, in View x, in View y, in View workspace, int outer, int length, int inner, long stride, float scale)
        where TReduction : struct, IReduction
    {
        if (length <= ColumnChunk)
        {
            ColumnsOnce<TReduction>(route, x, y, outer, length, inner, stride, 1, scale);
            return;
        }
        var chunks = Divide(length, ColumnChunk);
        var partial = workspace.Slice(0, Room((long)outer * chunks * inner));
        ColumnsOnce<TReduction>(route, x, partial, outer, length, inner, stride, chunks, 1f);
        Columns<TReduction>(route, partial, y, workspace.Slice(partial.Length, workspace.Length - partial.Length),
            outer, chunks, inner, (long)chunks * inner, scale);
    }

    private static void ColumnsOnce<TReduction>(
        Route route, in View x, in View y, int outer, int length, int inner, long stride, int chunks, float scale)
        where TReduction : struct, IReduction
    {
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new ColumnReduce<TReduction>(host, x.Pointer, y.Pointer, outer, length, inner, stride, chunks, ColumnChunk, scale));
            return;
        }
        route.Each(checked(outer * chunks * inner), new ColumnReduceBody<TReduction>
        {
            X = x.Floats,
            Y = y.Floats,
            Length = length,
            Inner = inner,
            Stride = stride,
            Chunks = chunks,
            Chunk = ColumnChunk,
            Scale = scale,
        });
    }

    private static void EndBundles<TReduction>(Route route, in View x, in View bundles, in View y, int outer, int size, int length, int inner, float scale)
        where TReduction : struct, IReduction
    {
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new BundleReduce<TReduction>(host, x.Pointer, bundles.Pointer, y.Pointer, outer, size, length, inner, scale));
            return;
        }
        route.Each(outer * inner, new BundleBody<TReduction>
        {
            X = x.Floats,
            Bundles = bundles.Floats,
            Y = y.Floats,
            Size = size,
            Length = length,
            Inner = inner,
            Scale = scale,
        });
    }

    private static int Divide(int a, int b) => (int)(((long)a + b - 1) / b);

    private static long Room(long floats) => (floats + 15) / 16 * 16;
}
