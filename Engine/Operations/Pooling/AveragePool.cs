using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// Mean of a window that slides over images: y[..., i, j] = sum over u, v of x[..., row(i, u), column(j, v)] / count, where the count
/// is that of the window's places, or of those inside the image only.
/// Shapes: x (..., height, width), y (..., out height, out width).
/// Source: LeCun et al. (1989), "Handwritten digit recognition with a back-propagation network".
/// </summary>
/// <param name="Window">How the window slides.</param>
/// <param name="CountPadding">Whether places in the padding count, as zeros.</param>
public sealed record AveragePool(Window Window, bool CountPadding = false) : KernelOperation
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x) => Pools.Output(this, Window, x, CountPadding);

    // The mean is linear, so its gradient needs the images' shape but not the images.
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) => [Graph.Node(new AveragePoolGradient(Window, CountPadding, node.Inputs[0].Shape), dy)];

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at)
    {
        var (planes, window) = Pools.Of(Window, at, images: at.ShapeOf(0));
        AveragePoolKernels.Run(route, at[0], at.Output, planes, window, CountPadding);
    }
}

/// <summary>dx from dy: each pixel gets dy / count of every window that sees it.</summary>
/// <param name="Window">How the window slides.</param>
/// <param name="CountPadding">Whether places in the padding count.</param>
/// <param name="Images">Shape of x.</param>
public sealed record AveragePoolGradient(Window Window, bool CountPadding, Shape Images) : KernelOperation
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x) => Pools.Output(this, Window, [Images], CountPadding) == x[0] ? Images : throw ShapeException.For(this, x,
        wanted: $"needs a gradient for each window over {Images}", fix: "Give it the shape that the forward pass made.");

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) => [Graph.Node(new AveragePool(Window, CountPadding), dy)];

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at)
    {
        var (planes, window) = Pools.Of(Window, at, images: at.Shape);
        AveragePoolKernels.Gradient(route, at[0], at.Output, planes, window, CountPadding);
    }
}
