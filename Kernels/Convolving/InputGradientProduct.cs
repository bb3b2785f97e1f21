namespace GpuNN.Kernels;

/// <summary>
/// The gradient of a convolution's input as a product for each group and phase of the strides: dx (inputs, batch x pixels of the
/// phase) = w (inputs, places of the phase x outputs) dy (places x outputs, batch x pixels). A pixel sums the terms that
/// are there, none that a stride leaves out.
/// </summary>
public struct InputGradientProduct : ITiledProduct
{
    private readonly Divisor phasePixels;
    private readonly Divisor phaseWidth;
    private readonly Divisor groupOutputs;
    private readonly ConvolutionShape shape;
    private readonly int groupInputs;
    private readonly int rowStep;
    private readonly int columnStep;
    private readonly int rowAdvance;
    private readonly int columnAdvance;
    private int rowPhase;
    private int columnPhase;
    private StridePhase rows;
    private StridePhase columns;

    /// <summary>The product of a convolution.</summary>
    public InputGradientProduct(in ConvolutionShape shape)
    {
        this.shape = shape;
        var window = shape.Window;
        groupInputs = shape.GroupInputs;
        groupOutputs = new Divisor(shape.GroupOutputs);
        rowStep = StridePhase.Step(window.RowStride, window.RowDilation);
        columnStep = StridePhase.Step(window.ColumnStride, window.ColumnDilation);
        rowAdvance = rowStep * window.RowDilation / window.RowStride;
        columnAdvance = columnStep * window.ColumnDilation / window.ColumnStride;
        phaseWidth = new Divisor(ProductSizes.TilesIn(window.Width, window.ColumnStride));
        phasePixels = new Divisor(ProductSizes.TilesIn(window.Height, window.RowStride) * phaseWidth.Value);
        (rowPhase, columnPhase, rows, columns) = (0, 0, default, default);
    }

    /// <summary>Sizes of the product.</summary>
    internal readonly ProductSizes Sizes
    {
        get
        {
            var window = shape.Window;
            var taps = ProductSizes.TilesIn(window.WindowHeight, rowStep) * ProductSizes.TilesIn(window.WindowWidth, columnStep);
            return new ProductSizes(shape.Groups * window.RowStride * window.ColumnStride, groupInputs,
                checked(shape.Batch * phasePixels.Value), checked(shape.GroupOutputs * taps), shape.ElementsOfX);
        }
    }

    /// <inheritdoc/>
    public TileItem Begin(int item)
    {
        var window = shape.Window;
        var line = item / window.ColumnStride;
        columnPhase = item - line * window.ColumnStride;
        var group = line / window.RowStride;
        rowPhase = line - group * window.RowStride;
        rows = new StridePhase(rowPhase, window.RowStride, window.RowDilation, window.Top, window.WindowHeight, rowStep);
        columns = new StridePhase(columnPhase, window.ColumnStride, window.ColumnDilation, window.Left, window.WindowWidth, columnStep);
        var outputs = shape.Outputs / shape.Groups;
        return new TileItem(
            (long)group * outputs * groupInputs * window.Places, (long)group * outputs * window.OutPixels,
            (long)group * groupInputs * window.Pixels, group * groupInputs, outputs * rows.Taps * columns.Taps);
    }

    /// <inheritdoc/>
    public readonly Place RowOfA(int row) => Place.At(row * shape.Window.Places);

    /// <inheritdoc/>
    public readonly Place InnerOfA(int k)
    {
        var tap = groupOutputs.Divide(k);
        var t = tap / columns.Taps;
        var (u, v) = (rows.First + t * rowStep, columns.First + (tap - t * columns.Taps) * columnStep);
        return Place.At((k - tap * groupOutputs.Value) * groupInputs * shape.Window.Places + u * shape.Window.WindowWidth + v);
    }

    /// <inheritdoc/>
    public readonly Place ColumnOfB(int column)
    {
        var n = phasePixels.Divide(column);
        var pixel = column - n * phasePixels.Value;
        var i = phaseWidth.Divide(pixel);
        var (row, at) = (i + rows.Shift, pixel - i * phaseWidth.Value + columns.Shift);
        return new Place(n * shape.Outputs * shape.Window.OutPixels + row * shape.Window.OutWidth + at, row, at);
    }

    /// <inheritdoc/>
    public readonly Place InnerOfB(int k)
    {
        var window = shape.Window;
        var tap = groupOutputs.Divide(k);
        var t = tap / columns.Taps;
        var row = -t * rowAdvance;
        var column = (t * columns.Taps - tap) * columnAdvance;
        return new Place((k - tap * groupOutputs.Value) * window.OutPixels + row * window.OutWidth + column, row, column);
    }

    /// <inheritdoc/>
    public readonly int RowOfC(int row) => row * shape.Window.Pixels;

    /// <inheritdoc/>
    public readonly int ColumnOfC(int column)
    {
        var window = shape.Window;
        var n = phasePixels.Divide(column);
        var pixel = column - n * phasePixels.Value;
        var i = phaseWidth.Divide(pixel);
        var row = i * window.RowStride + rowPhase;
        var at = (pixel - i * phaseWidth.Value) * window.ColumnStride + columnPhase;
        return row < window.Height && at < window.Width ? n * shape.Inputs * window.Pixels + row * window.Width + at : -1;
    }
}
