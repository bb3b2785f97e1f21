using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// The adjoint of <see cref="Convolve"/> by its images: what each pixel gets back from the outputs that saw it,
/// dx[n, c, p] = b[c] + sum over outputs o and places of w[o, c, place] dy[n, o, the output that met p there]. It is the
/// convolution's gradient, and with a bias the transposed convolution.
/// Shapes: dy (batch, outputs, out height, out width), w (outputs, inputs / groups, window height, window width), b (inputs) if it is
/// there, dx (batch, inputs, height, width).
/// Source: Zeiler et al. (2010), "Deconvolutional networks".
/// </summary>
/// <param name="Window">Size, stride, padding and dilation of the convolution.</param>
/// <param name="Groups">Its groups.</param>
/// <param name="Images">Rows and columns of its images: several sizes may give the same outputs.</param>
public sealed record ConvolveInputGradient(Window Window, int Groups, Extent Images) : KernelOperation, IEndedOperation
{
    /// <inheritdoc/>
    public override string Name => "ConvolveTransposed";

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x)
    {
        ConvolutionRules.Check(this, x, Window, Groups);
        var inputs = x[1][1] * Groups;
        if (x[0][1] != x[1][0])
            throw ShapeException.For(this, x, wanted: $"needs weights for {x[0][1]} channels, (channels, results / groups, height, width)",
                fix: $"The weights are made for {x[1][0]}: give the layer as many inputs as the images have channels.");
        if (x.Length > 2 && x[2] != Shape.Of(inputs))
            throw ShapeException.For(this, x, wanted: $"needs one bias for each of {inputs} result channels", fix: "Give the bias that shape.");
        if (Window.Over(Images.Height, Images.Width) is not { } window || (window.OutHeight, window.OutWidth) != (x[0][2], x[0][3]))
            throw ShapeException.For(this, x, wanted: $"needs images of a size that a window of {Window} makes from {Images.Height} x {Images.Width}",
                fix: "Check the padding and the size of the result.");
        return [x[0][0], inputs, Images.Height, Images.Width];
    }

    // It is linear in both: the gradient by dy is the convolution itself, that by w has the two images' parts exchanged.
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var (inner, w) = (node.Inputs[0], node.Inputs[1]);
        Tensor[] gradients = [Graph.Node(new Convolve(Window, Groups), dy, w), Graph.Node(new ConvolveWeightGradient(Window, Groups), dy, inner)];
        return node.Inputs.Count == 2 ? gradients : [.. gradients, dy.Sum([0, 2, 3])];
    }

    /// <inheritdoc/>
    public override long Workspace(Route route, Operands at) => new ConvolutionInputGradient(route, Sizes(at)).Workspace;

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) => ((IEndedOperation)this).Launch(route, at, null);

    int IEndedOperation.RowAxes(Shape y) => 2;

    void IEndedOperation.Launch(Route route, Operands at, ProductEnd? end) =>
        ((ConvolutionInputGradient)(at.Prepared ??= new ConvolutionInputGradient(route, Sizes(at))))
        .Run(at[0], at[1], at.Length > 2 ? at[2] : default, at.Output, at.Workspace, end);

    private ConvolutionShape Sizes(Operands at) =>
        new(at.Shape[0], at.Shape[1], at.ShapeOf(0)[1], Groups, Window.Over(Images.Height, Images.Width)!.Value);
}
