using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// Local receptive fields without sharing: y[n, o, i, j] = sum over c, u, v of w[o, c, u, v, i, j] x[n, c, i stride + u dilation - top, j stride +
/// v dilation - left], where pixels outside the image are 0: a convolution whose every output has weights of its own.
/// Shapes: x (batch, inputs, height, width), w (outputs, inputs, window height, window width, out height, out width), y (batch, outputs,
/// out height, out width).
/// Source: LeCun (1989), "Generalization and network design strategies".
/// </summary>
/// <param name="Window">Size, stride, padding and dilation.</param>
public sealed record ConnectLocally(Window Window) : KernelOperation
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x)
    {
        if (x[0].Rank != 4)
            throw ShapeException.For(this, x, wanted: "needs images (batch, channels, height, width)",
                fix: "Reshape flat images to that shape; a single channel is an axis of size 1.");
        var window = Window.Over(this, x);
        if (x[1].Rank != 6 || x[1].Skip(1) != Shape.Of(x[0][1], Window.Size.Height, Window.Size.Width, window.OutHeight, window.OutWidth))
            throw ShapeException.For(this, x, wanted: $"needs weights (outputs, {x[0][1]}, {Window.Size.Height}, {Window.Size.Width}, {window.OutHeight}, {window.OutWidth})",
                fix: "Every place has weights of its own: give the layer the channels and the size of these images.");
        return [x[0][0], x[1][0], window.OutHeight, window.OutWidth];
    }

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var (x, w) = (node.Inputs[0], node.Inputs[1]);
        return [Graph.Node(new ConnectLocallyInputGradient(Window, new(x.Shape[2], x.Shape[3])), dy, w), Graph.Node(new ConnectLocallyWeightGradient(Window), x, dy)];
    }

    /// <inheritdoc/>
    public override long Workspace(Route route, Operands at) => new LocalConnection(route, Sizes(at)).Workspace;

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) =>
        ((LocalConnection)(at.Prepared ??= new LocalConnection(route, Sizes(at)))).Run(at[0], at[1], at.Output, at.Workspace);

    private ConvolutionShape Sizes(Operands at)
    {
        var x = at.ShapeOf(0);
        return new(x[0], x[1], at.Shape[1], 1, Window.Over(x[2], x[3])!.Value);
    }
}

/// <summary>
/// The adjoint of <see cref="ConnectLocally"/> by its images: dx[n, c, q] = sum over outputs o and places of w[o, c, place, p] dy[n, o, p], where p is
/// the output whose place saw pixel q.
/// Shapes: dy (batch, outputs, out height, out width), w as there, dx (batch, inputs, height, width).
/// </summary>
/// <param name="Window">Size, stride, padding and dilation of the connection.</param>
/// <param name="Images">Rows and columns of its images.</param>
public sealed record ConnectLocallyInputGradient(Window Window, Extent Images) : KernelOperation
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x) =>
        x[0].Rank == 4 && x[1].Rank == 6 && x[0][1] == x[1][0] && Window.Over(Images.Height, Images.Width) is { } window
        && x[0].Skip(2) == Shape.Of(window.OutHeight, window.OutWidth)
        && x[1].Skip(2) == Shape.Of(Window.Size.Height, Window.Size.Width, window.OutHeight, window.OutWidth)
            ? [x[0][0], x[1][1], Images.Height, Images.Width]
            : throw ShapeException.For(this, x, wanted: $"needs results and weights of a window of {Window} over images of {Images.Height} x {Images.Width}",
                fix: "Take both from the same connection.");

    // Linear in both: the gradient by dy is the connection itself.
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var (inner, w) = (node.Inputs[0], node.Inputs[1]);
        return [Graph.Node(new ConnectLocally(Window), dy, w), Graph.Node(new ConnectLocallyWeightGradient(Window), dy, inner)];
    }

    /// <inheritdoc/>
    public override long Workspace(Route route, Operands at) => new LocalInputGradient(route, Sizes(at)).Workspace;

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) =>
        ((LocalInputGradient)(at.Prepared ??= new LocalInputGradient(route, Sizes(at)))).Run(at[0], at[1], at.Output, at.Workspace);

    private ConvolutionShape Sizes(Operands at) =>
        new(at.Shape[0], at.Shape[1], at.ShapeOf(0)[1], 1, Window.Over(Images.Height, Images.Width)!.Value);
}

/// <summary>
/// The gradient of <see cref="ConnectLocally"/> by its weights: dw[o, c, u, v, i, j] = sum over n of dy[n, o, i, j] times the pixel that the weight met,
/// 0 where that is padding.
/// Shapes: x (batch, inputs, height, width), dy (batch, outputs, out height, out width), dw (outputs, inputs, window height, window width,
/// out height, out width).
/// </summary>
/// <param name="Window">Size, stride, padding and dilation of the connection.</param>
public sealed record ConnectLocallyWeightGradient(Window Window) : KernelOperation
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x) =>
        x[0].Rank == 4 && x[1].Rank == 4 && x[0][0] == x[1][0] && Window.Over(x[0][2], x[0][3]) is { } window
        && x[1].Skip(2) == Shape.Of(window.OutHeight, window.OutWidth)
            ? [x[1][1], x[0][1], Window.Size.Height, Window.Size.Width, window.OutHeight, window.OutWidth]
            : throw ShapeException.For(this, x, wanted: $"needs images and the results that a window of {Window} makes of them", fix: "Take both from the same connection.");

    // Linear in both, as the connection is.
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var (x, inner) = (node.Inputs[0], node.Inputs[1]);
        return [Graph.Node(new ConnectLocallyInputGradient(Window, new(x.Shape[2], x.Shape[3])), inner, dy), Graph.Node(new ConnectLocally(Window), x, dy)];
    }

    /// <inheritdoc/>
    public override long Workspace(Route route, Operands at) => new LocalWeightGradient(route, Sizes(at)).Workspace;

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) =>
        ((LocalWeightGradient)(at.Prepared ??= new LocalWeightGradient(route, Sizes(at)))).Run(at[0], at[1], at.Output, at.Workspace);

    private ConvolutionShape Sizes(Operands at)
    {
        var x = at.ShapeOf(0);
        return new(x[0], x[1], at.Shape[0], 1, Window.Over(x[2], x[3])!.Value);
    }
}
