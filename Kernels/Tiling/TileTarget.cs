using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Where a tiled product writes: C, or partial sums of it, each the sum plus the bias of its row.</summary>
public struct TileTarget
{
    /// <summary>Results, all slices and items.</summary>
    public ArrayView<float> C;

    /// <summary>Bias of every row; empty for none.</summary>
    public ArrayView<float> Bias;

    /// <summary>Floats from the start to the item's results.</summary>
    public long Start;

    /// <summary>Floats from the start of the bias to the item's.</summary>
    public int BiasStart;

    /// <summary>1 where there is a bias.</summary>
    public int HasBias;

    /// <summary>Rows of an item.</summary>
    public int Rows;

    /// <summary>Columns of an item.</summary>
    public int Columns;

    /// <summary>Writes one result.</summary>
    public readonly void Write<TProduct>(ref TProduct product, int row, int column, float sum) where TProduct : struct, ITiledProduct
    {
        var at = product.ColumnOfC(column);
        if (at >= 0)
            C[Start + (product.RowOfC(row) + at)] = sum + BiasOf(row);
    }

    /// <summary>
    /// Writes a square block of sums that the group has laid into shared memory, as far as its rows and columns exist. A
    /// thread keeps to one column, so that neighbours write neighbours.
    /// </summary>
    /// <param name="product">The product.</param>
    /// <param name="block">The sums (4 side, 4 side).</param>
    /// <param name="firstRow">Row of C of the first.</param>
    /// <param name="firstColumn">Column of C of the first.</param>
    /// <param name="bits">Binary logarithm of side, the threads along a side; their square is the group size.</param>
    public readonly void WriteBlock<TProduct>(ref TProduct product, ArrayView<float> block, int firstRow, int firstColumn, int bits) where TProduct : struct, ITiledProduct
    {
        var width = Quad.Width << bits;
        var column = Group.IdxX & (width - 1);
        var at = firstColumn + column < Columns ? product.ColumnOfC(firstColumn + column) : -1;
        var rows = at < 0 ? 0 : Math.Min(width, Rows - firstRow);
        for (var row = Group.IdxX >> (bits + 2); row < rows; row += width >> 4)
            C[Start + (product.RowOfC(firstRow + row) + at)] = block[row * width + column] + BiasOf(firstRow + row);
    }

    private readonly float BiasOf(int row) => HasBias != 0 ? Bias[BiasStart + row] : 0f;
}
