using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Local receptive fields and their two gradients, as operations of their own, against plain loops in doubles.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels"), Notes("9.1.1", "Convolutional layers")]
[Covers(typeof(Operations.ConnectLocally), typeof(Operations.ConnectLocallyInputGradient), typeof(Operations.ConnectLocallyWeightGradient))]
public sealed class ConnectLocallyTests(Device device)
{
    public static readonly TestCaseData[] Cases =
    [
        Row([2, 2, 4, 5], 3, new(3)), Row([5, 1, 4, 3], 2, new(3, 1, 1)), Row([1, 2, 5, 6], 1, new((3, 2), 2, Padding.Same)), Row([3, 2, 3, 2], 2, new(1)),
        Row([2, 1, 5, 6], 2, new((3, 2), (1, 2), Padding.Explicit(2, 0, 0, 1))), Row([1, 1, 7, 6], 2, new(2, (2, 1), 1, (3, 2))),
        Row([2, 2, 3, 3], 1, new(2, 5)), Row([2, 2, 1, 1], 3, new(3, 1, 1)), Row([0, 2, 4, 3], 2, new(2)), Row([1, 2, 3, 9], 2, new((1, 5), (1, 3), Padding.Same)),
    ];

    [TestCaseSource(nameof(Cases))]
    public void They_agree(Shape x, int outputs, Window window)
    {
        var shape = new ConvolutionShape(x[0], x[1], outputs, 1, window.Over(x[2], x[3])!.Value);
        Shape w = [outputs, x[1], window.Size.Height, window.Size.Width, shape.Window.OutHeight, shape.Window.OutWidth];
        Shape y = [x[0], outputs, shape.Window.OutHeight, shape.Window.OutWidth];
        OperationCheck.Verify(device, new Operations.ConnectLocally(window), [x, w], v => Reference.ConnectLocally(v[0], v[1], shape));
        OperationCheck.Verify(device, new Operations.ConnectLocallyInputGradient(window, new(x[2], x[3])), [y, w], v => Reference.ConnectLocallyInputGradient(v[0], v[1], shape));
        OperationCheck.Verify(device, new Operations.ConnectLocallyWeightGradient(window), [x, y], v => Reference.ConnectLocallyWeightGradient(v[0], v[1], shape));
    }

    [Test]
    public void What_does_not_fit_is_refused()
    {
        Refused(x => x[0].ConnectLocally(x[1], new Window(3)), [[2, 4, 4], [1, 2, 3, 3, 2, 2]], "ConnectLocally: needs images (batch, channels, height, width)");
        Refused(x => x[0].ConnectLocally(x[1], new Window(3)), [[1, 2, 4, 5], [3, 2, 3, 3, 2, 2]],
            "ConnectLocally: needs weights (outputs, 2, 3, 3, 2, 3), but got (1, 2, 4, 5) and (3, 2, 3, 3, 2, 2).\nEvery place has weights of its own: give the layer the channels and the size of these images.");
        Refused(x => x[0].ConnectLocally(x[1], new Window(5)), [[1, 2, 4, 5], [3, 2, 5, 5, 1, 1]], "needs images that hold a window of 5");
        Refused(x => Graph.Current.Apply(new Operations.ConnectLocallyInputGradient(new Window(3), 4), x), [[1, 3, 2, 2], [3, 2, 3, 3, 2, 3]], "Take both from the same connection");
        Refused(x => Graph.Current.Apply(new Operations.ConnectLocallyWeightGradient(new Window(3)), x), [[1, 2, 4, 4], [1, 3, 2, 3]], "Take both from the same connection");
    }

    private static void Refused(Func<Tensor[], Tensor> build, Shape[] shapes, string part) => Assert.That(
        () => new Graph(1, training: false, seed: 0).Record(graph => build([.. shapes.Select((shape, i) => graph.Input($"x{i}", shape))])),
        Throws.TypeOf<ShapeException>().With.Message.Contains(part));

    private static TestCaseData Row(Shape x, int outputs, Window window) => new TestCaseData(x, outputs, window).SetArgDisplayNames($"{x} to {outputs}, {window}");
}
