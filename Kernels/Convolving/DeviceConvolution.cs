namespace GpuNN.Kernels;

/// <summary>
/// The three passes of a convolution on a device, as products of matrices whose patches never lie in memory; see
/// <see cref="ConvolutionShape"/> for the formula and the layouts. Results are overwritten and overlap no operand.
/// </summary>
public static class DeviceConvolution
{
    /// <summary>Floats of workspace that <see cref="Forward"/> needs; often 0.</summary>
    public static long ForwardWorkspace(in ConvolutionShape shape) => SizesOfY(shape).Workspace;

    /// <summary>Floats of workspace that <see cref="InputGradient"/> needs; often 0.</summary>
    public static long InputGradientWorkspace(in ConvolutionShape shape) => new InputGradientProduct(shape).Sizes.Workspace;

    /// <summary>Floats of workspace that <see cref="WeightGradient"/> needs: the sum over all pixels is split.</summary>
    public static long WeightGradientWorkspace(in ConvolutionShape shape) => SizesOfW(shape).Workspace;

    /// <summary>y = w * x + bias.</summary>
    /// <param name="device">Where.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="x">Images.</param>
    /// <param name="w">Weights.</param>
    /// <param name="bias">One number a channel of y; empty for none.</param>
    /// <param name="y">Results.</param>
    /// <param name="workspace">At least <see cref="ForwardWorkspace"/> floats.</param>
    public static void Forward(
        DeviceRoute device, in ConvolutionShape shape, in View x, in View w, in View bias, in View y, in View workspace)
    {
        var window = shape.Window;
        var sizes = SizesOfY(shape);
        TiledProduct.Run(device, new ForwardProduct(shape),
            new TileSource(w, sizes.Rows, alongInner: true, quadLength: shape.Terms),
            new TileSource(x, sizes.Columns, alongInner: false, QuadLength(shape), window.Height, window.Width),
            y, bias, workspace, sizes);
    }

    /// <summary>dx = the adjoint of the convolution, of dy, + bias: its gradient, and a transposed convolution.</summary>
    /// <param name="device">Where.</param>
    /// <param name="shape">The sizes of the convolution.</param>
    /// <param name="dy">Gradient of its result.</param>
    /// <param name="w">Weights.</param>
    /// <param name="bias">One number a channel of dx; empty for none.</param>
    /// <param name="dx">Results.</param>
    /// <param name="workspace">At least <see cref="InputGradientWorkspace"/> floats.</param>
    public static void InputGradient(
        DeviceRoute device, in ConvolutionShape shape, in View dy, in View w, in View bias, in View dx, in View workspace)
    {
        var window = shape.Window;
        Fits(shape);
        var product = new InputGradientProduct(shape);
        var sizes = product.Sizes;
        TiledProduct.Run(device, product,
            new TileSource(w, sizes.Rows, alongInner: false, quadLength: window.Places == 1 ? shape.GroupInputs : 1),
            new TileSource(dy, sizes.Columns, alongInner: false, QuadLength(shape), window.OutHeight, window.OutWidth),
            dx, bias, workspace, sizes);
    }

    /// <summary>dw[o, c, u, v] = sum over images and pixels of dy[n, o, i, j] x[n, c, row(i, u), column(j, v)].</summary>
    /// <param name="device">Where.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="x">Images.</param>
    /// <param name="dy">Gradient of the result.</param>
    /// <param name="dw">Results.</param>
    /// <param name="workspace">At least <see cref="WeightGradientWorkspace"/> floats.</param>
    public static void WeightGradient(
        DeviceRoute device, in ConvolutionShape shape, in View x, in View dy, in View dw, in View workspace)
    {
        var window = shape.Window;
        var sizes = SizesOfW(shape);
        TiledProduct.Run(device, new WeightGradientProduct(shape),
            new TileSource(dy, sizes.Rows, alongInner: true, quadLength: window.OutPixels),
            new TileSource(x, sizes.Columns, alongInner: true, QuadLength(shape), window.Height, window.Width),
            dw, default, workspace, sizes);
    }

    // Shifted rows of pixels are not aligned; where each output sees one pixel, at its own place, they are.
    private static int QuadLength(in ConvolutionShape shape) => shape.Window.IsPointwise ? shape.Window.Pixels : 1;

    private static ProductSizes SizesOfY(in ConvolutionShape shape)
    {
        Fits(shape);
        return new ProductSizes(shape.Groups, shape.GroupOutputs, shape.Batch * shape.Window.OutPixels, shape.Terms, shape.ElementsOfY);
    }

    private static ProductSizes SizesOfW(in ConvolutionShape shape)
    {
        Fits(shape);
        return new ProductSizes(shape.Groups, shape.GroupOutputs, shape.Terms, shape.Batch * shape.Window.OutPixels, shape.ElementsOfW);
    }

    private static void Fits(in ConvolutionShape shape)
    {
        TiledProduct.Fits(shape.ElementsOfX, "the convolution's input");
        TiledProduct.Fits(shape.ElementsOfW, "the convolution's kernel");
        TiledProduct.Fits(shape.ElementsOfY, "the convolution's result");
    }
}
