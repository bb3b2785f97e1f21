using ILGPU;

namespace GpuNN.Kernels;

/// <summary>The sums of a thread, which stay in registers: fields, because an array would be local memory.</summary>
public interface ITileSums
{
    /// <summary>Quads of rows, and of columns, that a thread sums; they stand a quarter or an eighth of the tile apart.</summary>
    static abstract int Quads { get; }

    /// <summary>Adds the products of one inner index.</summary>
    /// <param name="a">Tile of A.</param>
    /// <param name="b">Tile of B.</param>
    /// <param name="row">The thread's first quad of rows.</param>
    /// <param name="column">The thread's first quad of columns.</param>
    /// <param name="side">Quads from a thread's first to its second.</param>
    void Add(ArrayView<Quad> a, ArrayView<Quad> b, int row, int column, int side);

    /// <summary>Writes the sums.</summary>
    /// <param name="product">The product.</param>
    /// <param name="target">Where to.</param>
    /// <param name="row">Row of C of the first sum.</param>
    /// <param name="column">Column of C of the first sum.</param>
    /// <param name="step">Rows and columns from a thread's first quad to its second.</param>
    void Write<TProduct>(ref TProduct product, in TileTarget target, int row, int column, int step) where TProduct : struct, ITiledProduct;
}

/// <summary>4 x 4 sums a thread: tiles of 64 x 64 for groups of 256.</summary>
public struct SmallSums : ITileSums
{
    private Quad first;
    private Quad second;
    private Quad third;
    private Quad fourth;

    /// <inheritdoc/>
    public static int Quads => 1;

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
    public readonly void Write<TProduct>(ref TProduct product, in TileTarget target, int row, int column, int step) where TProduct : struct, ITiledProduct
    {
        target.Four(ref product, row, column, first);
        target.Four(ref product, row + 1, column, second);
        target.Four(ref product, row + 2, column, third);
        target.Four(ref product, row + 3, column, fourth);
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
    public static int Quads => 2;

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
    public readonly void Write<TProduct>(ref TProduct product, in TileTarget target, int row, int column, int step) where TProduct : struct, ITiledProduct
    {
        topLeft.Write(ref product, target, row, column, step);
        topRight.Write(ref product, target, row, column + step, step);
        bottomLeft.Write(ref product, target, row + step, column, step);
        bottomRight.Write(ref product, target, row + step, column + step, step);
    }
}
