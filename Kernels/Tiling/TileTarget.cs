using ILGPU;
using ILGPU.Runtime;

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

    /// <summary>1 where each four columns from a multiple of 4 on are an aligned quad in memory.</summary>
    public int InQuads;

    /// <summary>Writes one result.</summary>
    public readonly void Single<TProduct>(ref TProduct product, int row, int column, float sum) where TProduct : struct, ITiledProduct =>
        Single(ref product, product.RowOfC(row), column, sum, BiasOf(row));

    /// <summary>Writes four results of neighbouring columns, as far as they exist.</summary>
    public readonly void Four<TProduct>(ref TProduct product, int row, int column, Quad sums) where TProduct : struct, ITiledProduct
    {
        if (row >= Rows || column >= Columns)
            return;
        var bias = BiasOf(row);
        var line = product.RowOfC(row);
        if (InQuads != 0)
        {
            C.Cast<Quad>().AsAligned(16)[(Start + (line + product.ColumnOfC(column))) / Quad.Width] = sums + bias;
            return;
        }
        Single(ref product, line, column, sums.X, bias);
        Single(ref product, line, column + 1, sums.Y, bias);
        Single(ref product, line, column + 2, sums.Z, bias);
        Single(ref product, line, column + 3, sums.W, bias);
    }

    private readonly float BiasOf(int row) => HasBias != 0 ? Bias[BiasStart + row] : 0f;

    private readonly void Single<TProduct>(ref TProduct product, int line, int column, float sum, float bias) where TProduct : struct, ITiledProduct
    {
        if (column >= Columns)
            return;
        var at = product.ColumnOfC(column);
        if (at >= 0)
            C[Start + (line + at)] = sum + bias;
    }
}
