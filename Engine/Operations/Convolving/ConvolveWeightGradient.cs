using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// The gradient of <see cref="Convolve"/> by its weights: dw[o, c, u, v] = sum over n, i, j of dy[n, o, i, j] x[n, c, i stride +
/// u dilation - top, j stride + v dilation - left].
/// Shapes: x (batch, inputs, height, width), dy (batch, outputs, out height, out width), dw (outputs, inputs / groups, window
/// height, window width).
/// </summary>
/// <param name="Window">Size, stride, padding and dilation of the convolution.</param>
/// <param name="Groups">Its groups.</param>
public sealed record ConvolveWeightGradient(Window Window, int Groups) : KernelOperation
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x)
    {
        if (x[0].Rank != 4 || x[1].Rank != 4 || x[0][0] != x[1][0] || x[0][1] % Groups != 0 || x[1][1] % Groups != 0
            || Window.Over(x[0][2], x[0][3]) is not { } window || (window.OutHeight, window.OutWidth) != (x[1][2], x[1][3]))
            throw ShapeException.For(this, x, wanted: $"needs images and the results that a window of {Window} makes of them",
                fix: "Take both from the same convolution.");
        return [x[1][1], x[0][1] / Groups, Window.Size.Height, Window.Size.Width];
    }

    // Linear in both, as the convolution is.
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var (x, inner) = (node.Inputs[0], node.Inputs[1]);
        return
        [
            Graph.Node(new ConvolveInputGradient(Window, Groups, new(x.Shape[2], x.Shape[3])), inner, dy),
            Graph.Node(new Convolve(Window, Groups), x, dy),
        ];
    }

    /// <inheritdoc/>
    public override long Workspace(Route route, Operands at) => new ConvolutionWeightGradient(route, Sizes(at)).Workspace;

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) =>
        ((ConvolutionWeightGradient)(at.Prepared ??= new ConvolutionWeightGradient(route, Sizes(at)))).Run(at[0], at[1], at.Output, at.Workspace);

    private ConvolutionShape Sizes(Operands at)
    {
        var x = at.ShapeOf(0);
        return new(x[0], x[1], at.ShapeOf(1)[1], Groups, Window.Over(x[2], x[3])!.Value);
    }
}
