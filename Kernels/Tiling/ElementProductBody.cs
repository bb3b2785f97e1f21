namespace GpuNN.Kernels;

/// <summary>
/// Device form of a product of matrices that <see cref="ITiledProduct"/> finds, where tiles would be mostly empty: one
/// element of a slice an index, its sum over the slice's inner indices in order. Per element and inner index: 2 reads.
/// </summary>
public struct ElementProductBody<TProduct> : IBody where TProduct : struct, ITiledProduct
{
    /// <summary>How operands are found.</summary>
    public TProduct Product;

    /// <summary>Left operand.</summary>
    public TileSource A;

    /// <summary>Right operand.</summary>
    public TileSource B;

    /// <summary>Result.</summary>
    public TileTarget C;

    /// <summary>Products.</summary>
    public int Items;

    /// <summary>Inner indices of a slice.</summary>
    public int Slice;

    /// <summary>Floats from the results of one slice to those of the next.</summary>
    public long Results;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var line = index / C.Columns;
        var column = index - line * C.Columns;
        var rest = line / C.Rows;
        var row = line - rest * C.Rows;
        var slice = rest / Items;

        var product = Product;
        var item = product.Begin(rest - slice * Items);
        var (a, b, c) = (A, B, C);
        a.Start = item.A;
        b.Start = item.B;
        c.Start = item.C + slice * Results;
        c.BiasStart = item.Bias;
        c.HasBias = slice == 0 ? c.HasBias : 0;

        var (left, right) = (product.RowOfA(row), product.ColumnOfB(column));
        var last = Math.Min((slice + 1) * Slice, item.Inner);
        var sum = 0f;
        for (var k = slice * Slice; k < last; k++)
            sum += a.Single(left, product.InnerOfA(k)) * b.Single(right, product.InnerOfB(k));
        c.Write(ref product, row, column, sum);
    }
}
