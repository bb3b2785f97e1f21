using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Convolution and its two gradients, as operations of their own, against plain loops in doubles.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels"), Notes("9.1.1", "Training convolutional layers")]
[Covers(typeof(Operations.Convolve), typeof(Operations.ConvolveInputGradient), typeof(Operations.ConvolveWeightGradient))]
public sealed class ConvolveTests(Device device)
{
    // Images, outputs, groups, window: sizes that divide nothing, remainders, gaps, padding on one side only, even windows with
    // the same padding, strides beyond the image, dilation with and without a common factor with the stride, no images.
    public static readonly TestCaseData[] Cases =
    [
        Row([2, 2, 5, 4], 3, 1, new(3)), Row([1, 3, 4, 5], 2, 1, new(3, 1, 1)), Row([2, 1, 5, 6], 2, 1, new(3, 2, Padding.Same)),
        Row([1, 2, 4, 5], 3, 1, new((2, 4), 1, Padding.Same)), Row([2, 3, 3, 4], 4, 1, new(1)), Row([1, 2, 5, 4], 3, 1, new(1, 2)),
        Row([1, 2, 5, 6], 2, 1, new((3, 2), (1, 2), Padding.Explicit(2, 0, 0, 1))), Row([1, 2, 7, 5], 2, 1, new(2, 1, 1, (3, 2))),
        Row([1, 1, 7, 8], 2, 1, new(3, 2, 1, 2)), Row([1, 1, 8, 9], 2, 1, new((2, 3), 3, 2, 2)), Row([2, 4, 4, 3], 6, 2, new(3, 1, 1)),
        Row([1, 3, 5, 5], 3, 3, new(3, 2, 1)), Row([2, 2, 3, 3], 3, 1, new(2, 5)), Row([1, 2, 1, 1], 3, 1, new(3, 1, 1)),
        Row([0, 2, 4, 3], 3, 1, new(3, 1, 1)), Row([1, 2, 3, 9], 2, 1, new((1, 5), (1, 3), Padding.Same)), Row([1, 2, 4, 4], 2, 1, new((4, 4))),
    ];

    [TestCaseSource(nameof(Cases)), Notes("9.1.1", "Convolutional layers")]
    public void It_agrees_with_and_without_a_bias(Shape x, int outputs, int groups, Window window)
    {
        var (shape, w) = Sizes(x, outputs, groups, window);
        var operation = new Operations.Convolve(window, groups);
        OperationCheck.Verify(device, operation, [x, w], v => Reference.Convolve(v[0], v[1], null, shape));
        OperationCheck.Verify(device, operation, [x, w, [outputs]], v => Reference.Convolve(v[0], v[1], v[2], shape));
    }

    [TestCaseSource(nameof(Cases))]
    public void Its_adjoint_agrees_with_and_without_a_bias(Shape x, int outputs, int groups, Window window)
    {
        var (shape, w) = Sizes(x, outputs, groups, window);
        var operation = new Operations.ConvolveInputGradient(window, groups, new(x[2], x[3]));
        OperationCheck.Verify(device, operation, [Results(shape), w], v => Reference.ConvolveInputGradient(v[0], v[1], null, shape));
        OperationCheck.Verify(device, operation, [Results(shape), w, [x[1]]], v => Reference.ConvolveInputGradient(v[0], v[1], v[2], shape));
    }

    [TestCaseSource(nameof(Cases))]
    public void Its_gradient_by_the_weights_agrees(Shape x, int outputs, int groups, Window window)
    {
        var (shape, _) = Sizes(x, outputs, groups, window);
        OperationCheck.Verify(device, new Operations.ConvolveWeightGradient(window, groups), [x, Results(shape)], v => Reference.ConvolveWeightGradient(v[0], v[1], shape));
    }

    [Test]
    public void What_does_not_fit_is_refused()
    {
        Refused(x => x[0].Convolve(x[1], null, new Window(3)), [[2, 4, 4], [1, 2, 3, 3]],
            "Convolve: needs images (batch, channels, height, width), but got (2, 4, 4) and (1, 2, 3, 3).\nReshape flat images to that shape; a single channel is an axis of size 1.");
        Refused(x => x[0].Convolve(x[1], null, new Window(3)), [[1, 2, 4, 4], [3, 2, 3, 2]], "needs weights (outputs, inputs / groups, 3, 3)");
        Refused(x => x[0].Convolve(x[1], null, new Window(3)), [[1, 2, 4, 4], [3, 5, 3, 3]], "needs weights for 2 input channels", "The weights are made for 5");
        Refused(x => x[0].Convolve(x[1], null, new Window(3), 2), [[1, 2, 4, 4], [3, 1, 3, 3]], "needs channels that 2 groups share evenly");
        Refused(x => x[0].Convolve(x[1], x[2], new Window(3)), [[1, 2, 4, 4], [3, 2, 3, 3], [2]], "needs one bias for each of 3 outputs");
        Refused(x => x[0].Convolve(x[1], null, new Window(5, 1, 0, 2)), [[1, 2, 8, 9], [3, 2, 5, 5]], "needs images that hold a window of 5 with dilation 2 and valid padding");
        Refused(x => x[0].ConvolveTransposed(x[1], null, new Window(3), (7, 6)), [[1, 2, 4, 4], [2, 3, 3, 3]], "ConvolveTransposed: needs images of a size that a window of 3 makes from 7 x 6");
        Refused(x => x[0].ConvolveTransposed(x[1], null, new Window(3), 6), [[1, 3, 4, 4], [2, 3, 3, 3]], "ConvolveTransposed: needs weights for 3 channels");
        Refused(x => x[0].ConvolveTransposed(x[1], x[2], new Window(3), 6), [[1, 2, 4, 4], [2, 3, 3, 3], [2]], "needs one bias for each of 3 result channels");
        Refused(x => Graph.Current.Apply(new Operations.ConvolveWeightGradient(new Window(3), 1), x), [[1, 2, 4, 4], [1, 2, 3, 3]], "needs images and the results that a window of 3 makes of them");
    }

    private static void Refused(Func<Tensor[], Tensor> build, Shape[] shapes, params string[] parts)
    {
        var error = Assert.Throws<ShapeException>(() => new Graph(1, training: false, seed: 0)
            .Record(graph => build([.. shapes.Select((shape, i) => graph.Input($"x{i}", shape))])));
        foreach (var part in parts)
            Assert.That(error!.Message, Does.Contain(part));
    }

    private static (ConvolutionShape Shape, Shape W) Sizes(Shape x, int outputs, int groups, Window window) => (
        new(x[0], x[1], outputs, groups, window.Over(x[2], x[3])!.Value), [outputs, x[1] / groups, window.Size.Height, window.Size.Width]);

    private static Shape Results(in ConvolutionShape shape) => [shape.Batch, shape.Outputs, shape.Window.OutHeight, shape.Window.OutWidth];

    private static TestCaseData Row(Shape x, int outputs, int groups, Window window) =>
        new TestCaseData(x, outputs, groups, window).SetArgDisplayNames($"{x} to {outputs}, {groups} groups, {window}");
}
