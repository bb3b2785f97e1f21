namespace GpuNN.Kernels;

/// <summary>Places in the input of a convolution: a pixel of the output and a term of its sum name the element between them.</summary>
/// <param name="shape">The sizes.</param>
public readonly struct PatchPlaces(in ConvolutionShape shape)
{
    private readonly Divisor outPixels = new(shape.Window.OutPixels);
    private readonly Divisor outWidth = new(shape.Window.OutWidth);
    private readonly Divisor places = new(shape.Window.Places);
    private readonly Divisor windowWidth = new(shape.Window.WindowWidth);
    private readonly int image = shape.Inputs * shape.Window.Pixels;
    private readonly int pixels = shape.Window.Pixels;
    private readonly int width = shape.Window.Width;
    private readonly int rowStride = shape.Window.RowStride;
    private readonly int columnStride = shape.Window.ColumnStride;
    private readonly int rowDilation = shape.Window.RowDilation;
    private readonly int columnDilation = shape.Window.ColumnDilation;
    private readonly int top = shape.Window.Top;
    private readonly int left = shape.Window.Left;

    /// <summary>The first pixel of x that an output (image, row, column) sees.</summary>
    public Place OfOutput(int index)
    {
        var n = outPixels.Divide(index);
        var pixel = index - n * outPixels.Value;
        var i = outWidth.Divide(pixel);
        var (row, column) = (i * rowStride - top, (pixel - i * outWidth.Value) * columnStride - left);
        return new Place(n * image + row * width + column, row, column);
    }

    /// <summary>How far from there a term (input, row of the window, column of the window) reads.</summary>
    public Place OfTerm(int index)
    {
        var c = places.Divide(index);
        var place = index - c * places.Value;
        var u = windowWidth.Divide(place);
        var (row, column) = (u * rowDilation, (place - u * windowWidth.Value) * columnDilation);
        return new Place(c * pixels + row * width + column, row, column);
    }

    /// <summary>Where a channel's output (image, row, column) stands, from the channel's first.</summary>
    /// <param name="index">The output.</param>
    /// <param name="outputs">Channels of an image.</param>
    public int InOutput(int index, int outputs)
    {
        var n = outPixels.Divide(index);
        return index + n * (outputs - 1) * outPixels.Value;
    }
}
