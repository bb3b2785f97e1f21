namespace GpuNN.Kernels;

/// <summary>
/// The gradient of a convolution's weights as a product for each group: dw (outputs, terms) = dy (outputs, batch x pixels)
/// patches of x (batch x pixels, terms).
/// </summary>
/// <param name="shape">The sizes.</param>
public readonly struct WeightGradientProduct(in ConvolutionShape shape) : ITiledProduct
{
    private readonly PatchPlaces patches = new(shape);
    private readonly int outputs = shape.Outputs;
    private readonly int terms = shape.Terms;
    private readonly int groupOutputs = shape.GroupOutputs;
    private readonly int outPixels = shape.Window.OutPixels;
    private readonly int groupOfX = shape.GroupInputs * shape.Window.Pixels;
    private readonly int inner = shape.Batch * shape.Window.OutPixels;

    /// <inheritdoc/>
    public TileItem Begin(int item) => new(
        (long)item * groupOutputs * outPixels, (long)item * groupOfX, (long)item * groupOutputs * terms, 0, inner);

    /// <inheritdoc/>
    public Place RowOfA(int row) => Place.At(row * outPixels);

    /// <inheritdoc/>
    public Place InnerOfA(int k) => Place.At(patches.InOutput(k, outputs));

    /// <inheritdoc/>
    public Place ColumnOfB(int column) => patches.OfTerm(column);

    /// <inheritdoc/>
    public Place InnerOfB(int k) => patches.OfOutput(k);

    /// <inheritdoc/>
    public int RowOfC(int row) => row * terms;

    /// <inheritdoc/>
    public int ColumnOfC(int column) => column;
}
