using ILGPU;

namespace GpuNN.Kernels;

/// <summary>The sums of a thread, which stay in registers: fields, because an array would be local memory.</summary>
public interface ITileSums
{
    /// <summary>Binary logarithm of the quads of rows, and of columns, that a thread sums.</summary>
    static abstract int Doublings { get; }

    /// <summary>Adds the products of one inner index.</summary>
    /// <param name="a">Tile of A.</param>
    /// <param name="b">Tile of B.</param>
    /// <param name="row">The thread's first quad of rows.</param>
    /// <param name="column">The thread's first quad of columns.</param>
    /// <param name="side">Quads from a thread's first to its second.</param>
    void Add(ArrayView<Quad> a, ArrayView<Quad> b, int row, int column, int side);

    /// <summary>Writes the sums, block by block through shared memory, where they are put in the order of C.</summary>
    /// <param name="product">The product.</param>
    /// <param name="target">Where to.</param>
    /// <param name="shared">Room for a block.</param>
    /// <param name="firstRow">First row of the tile.</param>
    /// <param name="firstColumn">First column of the tile.</param>
    /// <param name="bits">Binary logarithm of the threads along a side.</param>
    void Write<TProduct>(ref TProduct product, in TileTarget target, ArrayView<Quad> shared, int firstRow, int firstColumn, int bits) where TProduct : struct, ITiledProduct;
}

/// <summary>4 x 4 sums a thread: tiles of 64 x 64 for groups of 256.</summary>
public struct SmallSums : ITileSums
{
    private Quad first;
    private Quad second;
    private Quad third;
    private Quad fourth;

    /// <inheritdoc/>
    public static int Doublings => 0;

    /// <inheritdoc/>
    public void Add(ArrayView<Quad> a, ArrayView<Quad> b, int row, int column, int side) => Add(a[row], b[column]);

    /// <summary>Adds the products of four rows with four columns.</summary>
    public void Add(Quad a, Quad b)
    {
        first = Quad.MultiplyAdd(a.X, b, first);
        second = Quad.MultiplyAdd(a.Y, b, second);
        third = Quad.MultiplyAdd(a.Z, b, third);
        fourth = Quad.MultiplyAdd(a.W, b, fourth);
    }

    /// <inheritdoc/>
    public readonly void Write<TProduct>(ref TProduct product, in TileTarget target, ArrayView<Quad> shared, int firstRow, int firstColumn, int bits) where TProduct : struct, ITiledProduct
    {
        var side = 1 << bits;
        var at = (Quad.Width - 1) * (Group.IdxX >> bits << bits) + Group.IdxX;
        Group.Barrier();
        shared[at] = first;
        shared[at + side] = second;
        shared[at + 2 * side] = third;
        shared[at + 3 * side] = fourth;
        Group.Barrier();
        target.WriteBlock(ref product, shared.Cast<float>(), firstRow, firstColumn, bits);
    }
}

/// <summary>8 x 8 sums a thread: tiles of 128 x 128 for groups of 256, half the loads a product of the small form.</summary>
public struct LargeSums : ITileSums
{
    private SmallSums topLeft;
    private SmallSums topRight;
    private SmallSums bottomLeft;
    private SmallSums bottomRight;

    /// <inheritdoc/>
    public static int Doublings => 1;

    /// <inheritdoc/>
    public void Add(ArrayView<Quad> a, ArrayView<Quad> b, int row, int column, int side)
    {
        var (top, bottom) = (a[row], a[row + side]);
        var (left, right) = (b[column], b[column + side]);
        topLeft.Add(top, left);
        topRight.Add(top, right);
        bottomLeft.Add(bottom, left);
        bottomRight.Add(bottom, right);
    }

    /// <inheritdoc/>
    public readonly void Write<TProduct>(ref TProduct product, in TileTarget target, ArrayView<Quad> shared, int firstRow, int firstColumn, int bits) where TProduct : struct, ITiledProduct
    {
        var step = Quad.Width << bits;
        topLeft.Write(ref product, target, shared, firstRow, firstColumn, bits);
        topRight.Write(ref product, target, shared, firstRow, firstColumn + step, bits);
        bottomLeft.Write(ref product, target, shared, firstRow + step, firstColumn, bits);
        bottomRight.Write(ref product, target, shared, firstRow + step, firstColumn + step, bits);
    }
}
