namespace GpuNN.Kernels;

/// <summary>A convolution as a product for each group: y (outputs, batch x pixels) = w (outputs, terms) patches of x (terms, batch x pixels).</summary>
/// <param name="shape">The sizes.</param>
public readonly struct ForwardProduct(in ConvolutionShape shape) : ITiledProduct
{
    private readonly PatchPlaces patches = new(shape);
    private readonly int outputs = shape.Outputs;
    private readonly int terms = shape.Terms;
    private readonly int groupOutputs = shape.GroupOutputs;
    private readonly int outPixels = shape.Window.OutPixels;
    private readonly int groupOfX = shape.GroupInputs * shape.Window.Pixels;

    /// <inheritdoc/>
    public TileItem Begin(int item) => new(
        (long)item * groupOutputs * terms, (long)item * groupOfX, (long)item * groupOutputs * outPixels, item * groupOutputs, terms);

    /// <inheritdoc/>
    public Place RowOfA(int row) => Place.At(row * terms);

    /// <inheritdoc/>
    public Place InnerOfA(int k) => Place.At(k);

    /// <inheritdoc/>
    public Place ColumnOfB(int column) => patches.OfOutput(column);

    /// <inheritdoc/>
    public Place InnerOfB(int k) => patches.OfTerm(k);

    /// <inheritdoc/>
    public int RowOfC(int row) => row * outPixels;

    /// <inheritdoc/>
    public int ColumnOfC(int column) => patches.InOutput(column, outputs);
}
