namespace GpuNN.Kernels;

/// <summary>Places of a matrix product's operands for a device; see <see cref="MatMulShape"/> for their layout.</summary>
/// <param name="shape">The sizes.</param>
public readonly struct MatMulProduct(in MatMulShape shape) : ITiledProduct
{
    private readonly int columns = shape.Columns;
    private readonly int inner = shape.Inner;
    private readonly long itemOfA = shape.SharedA ? 0 : (long)shape.Rows * shape.Inner;
    private readonly long itemOfB = shape.SharedB ? 0 : (long)shape.Inner * shape.Columns;
    private readonly long itemOfC = (long)shape.Rows * shape.Columns;
    private readonly int rowOfA = shape.TransposeA ? 1 : shape.Inner;
    private readonly int stepOfA = shape.TransposeA ? shape.Rows : 1;
    private readonly int columnOfB = shape.TransposeB ? shape.Inner : 1;
    private readonly int stepOfB = shape.TransposeB ? 1 : shape.Columns;

    /// <inheritdoc/>
    public TileItem Begin(int item) => new(item * itemOfA, item * itemOfB, item * itemOfC, 0, inner);

    /// <inheritdoc/>
    public Place RowOfA(int row) => Place.At(row * rowOfA);

    /// <inheritdoc/>
    public Place InnerOfA(int k) => Place.At(k * stepOfA);

    /// <inheritdoc/>
    public Place ColumnOfB(int column) => Place.At(column * columnOfB);

    /// <inheritdoc/>
    public Place InnerOfB(int k) => Place.At(k * stepOfB);

    /// <inheritdoc/>
    public int RowOfC(int row) => row * columns;

    /// <inheritdoc/>
    public int ColumnOfC(int column) => column;

    /// <summary>Floats of workspace that <see cref="Run"/> needs.</summary>
    internal static long Workspace(in MatMulShape shape) => Sizes(shape).Workspace;

    /// <summary>Launches a product of at least one inner index.</summary>
    internal static void Run(DeviceRoute device, in MatMulShape shape, in View a, in View b, in View c, in View workspace)
    {
        TiledProduct.Fits((long)shape.Rows * shape.Inner, "a matrix of the product's left operand");
        TiledProduct.Fits((long)shape.Inner * shape.Columns, "a matrix of the product's right operand");
        TiledProduct.Fits((long)shape.Rows * shape.Columns, "a matrix of the product");
        TiledProduct.Run(
            device, new MatMulProduct(shape),
            new TileSource(a, shape.Rows, !shape.TransposeA, shape.TransposeA ? shape.Rows : shape.Inner),
            new TileSource(b, shape.Columns, shape.TransposeB, shape.TransposeB ? shape.Inner : shape.Columns),
            c, default, workspace, Sizes(shape));
    }

    private static ProductSizes Sizes(in MatMulShape shape) => new(shape.Batch, shape.Rows, shape.Columns, shape.Inner, shape.ElementsOfC);
}
