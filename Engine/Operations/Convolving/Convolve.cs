using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// Convolution of images: y[n, o, i, j] = b[o] + sum over c, u, v of w[o, c, u, v] x[n, c, i stride + u dilation - top, j stride +
/// v dilation - left], where pixels outside the image are 0.
/// Shapes: x (batch, inputs, height, width), w (outputs, inputs / groups, window height, window width), b (outputs) if it is
/// there, y (batch, outputs, out height, out width). With groups, outputs see the inputs of their own group alone.
/// Source: LeCun et al. (1989), "Backpropagation applied to handwritten zip code recognition"; groups: Krizhevsky et al. (2012);
/// dilation: Yu and Koltun (2016).
/// </summary>
/// <param name="Window">Size, stride, padding and dilation.</param>
/// <param name="Groups">Groups of channels.</param>
public sealed record Convolve(Window Window, int Groups = 1) : KernelOperation, IEndedOperation
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x)
    {
        ConvolutionRules.Check(this, x, Window, Groups);
        if (x[0][1] != x[1][1] * Groups)
            throw ShapeException.For(this, x, wanted: $"needs weights for {x[0][1]} input channels{(Groups == 1 ? "" : $" in {Groups} groups")}",
                fix: $"The weights are made for {x[1][1] * Groups}: give the layer as many inputs as the images have channels.");
        if (x.Length > 2 && x[2] != Shape.Of(x[1][0]))
            throw ShapeException.For(this, x, wanted: $"needs one bias for each of {x[1][0]} outputs", fix: "Give the bias the shape (outputs).");
        var window = Window.Over(this, x);
        return [x[0][0], x[1][0], window.OutHeight, window.OutWidth];
    }

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var (x, w) = (node.Inputs[0], node.Inputs[1]);
        Tensor[] gradients =
        [
            Graph.Node(new ConvolveInputGradient(Window, Groups, new(x.Shape[2], x.Shape[3])), dy, w),
            Graph.Node(new ConvolveWeightGradient(Window, Groups), x, dy),
        ];
        return node.Inputs.Count == 2 ? gradients : [.. gradients, dy.Sum([0, 2, 3])];
    }

    /// <inheritdoc/>
    public override long Workspace(Route route, Operands at) => new Convolution(route, Sizes(at)).Workspace;

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) => ((IEndedOperation)this).Launch(route, at, null);

    int IEndedOperation.RowAxes(Shape y) => 2;

    void IEndedOperation.Launch(Route route, Operands at, ProductEnd? end) => ((Convolution)(at.Prepared ??= new Convolution(route, Sizes(at))))
        .Run(at[0], at[1], at.Length > 2 ? at[2] : default, at.Output, at.Workspace, end);

    private ConvolutionShape Sizes(Operands at)
    {
        var x = at.ShapeOf(0);
        return new(x[0], x[1], at.ShapeOf(1)[0], Groups, Window.Over(x[2], x[3])!.Value);
    }
}
