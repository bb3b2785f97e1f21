using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Maximum and mean of windows, their gradients as operations of their own, and pooling over whole images.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels"), Notes("9.2.1", "Pooling layers")]
[Covers(typeof(Operations.MaxPool), typeof(Operations.MaxPoolGradient), typeof(Operations.MaxPoolGather))]
[Covers(typeof(Operations.AveragePool), typeof(Operations.AveragePoolGradient))]
public sealed class PoolingTests(Device device)
{
    // Beside the defaults: a remainder, overlap, gaps, padding on one side only, dilation, images of one pixel, no images.
    public static readonly TestCaseData[] Windows =
    [
        Row([2, 2, 4, 6], new(2, 2)), Row([1, 2, 5, 7], new(2, 2)), Row([3, 5, 4], new(3, 2, 1)), Row([2, 4, 5], new(3, 1, Padding.Same)),
        Row([5, 6], new(2, 3)), Row([2, 5, 5], new(2, 2, Padding.Same)), Row([1, 6, 7], new((2, 3), (1, 2), Padding.Explicit(1, 0, 0, 2), (2, 1))),
        Row([2, 1, 1], new(3, 1, 1)), Row([3, 1, 1], new(1)), Row([0, 2, 4, 4], new(2, 2)), Row([2, 9, 9], new(3, 3)),
    ];

    [TestCaseSource(nameof(Windows))]
    public void The_maximum_agrees(Shape x, Window window)
    {
        var (planes, over) = Over(x, window);
        OperationCheck.Verify(device, new Operations.MaxPool(window), [x], v => Reference.MaxPool(v[0], planes, over));
    }

    [TestCaseSource(nameof(Windows))]
    public void The_mean_agrees(Shape x, Window window)
    {
        var (planes, over) = Over(x, window);
        OperationCheck.Verify(device, new Operations.AveragePool(window), [x], v => Reference.AveragePool(v[0], planes, over, false));
        OperationCheck.Verify(device, new Operations.AveragePool(window, CountPadding: true), [x], v => Reference.AveragePool(v[0], planes, over, true));
    }

    [TestCaseSource(nameof(Windows))]
    public void The_gradients_are_operations_that_agree(Shape x, Window window)
    {
        var (planes, over) = Over(x, window);
        Shape y = [.. x.Sizes[..^2], over.OutHeight, over.OutWidth];
        OperationCheck.Verify(device, new Operations.MaxPoolGradient(window), [x, y], v => Reference.MaxPoolGradient(v[0], v[1], planes, over));
        OperationCheck.Verify(device, new Operations.MaxPoolGather(window), [x, x], v => [.. Reference.PoolWinners(v[0], planes, over).Select(at => v[1][at])]);
        OperationCheck.Verify(device, new Operations.AveragePoolGradient(window, false, x), [y], v => Reference.AveragePoolGradient(v[0], planes, over, false));
    }

    [TestCaseSource(nameof(Windows))]
    public void The_maximum_of_rectified_images_agrees(Shape x, Window window)
    {
        var (planes, over) = Over(x, window);
        OperationCheck.Verify(device, v => v[0].Relu().MaxPool(window), [x], v => Reference.MaxPool([.. v[0].Select(value => Math.Max(value, 0))], planes, over));
    }

    // All of a window below 0: no gradient. A tie above 0: the first of equals.
    [Test]
    public void Rectified_images_by_hand()
    {
        var results = Run(x => x.Relu().MaxPool(new Window(2, 2)), [2, 4], [-1, -3, 2, 2, -4, -2, 1, 2]);
        Assert.That(results.Y, Is.EqualTo(new float[] { 0, 2 }));
        Assert.That(results.Dx, Is.EqualTo(new float[] { 0, 0, 2, 0, 0, 0, 0, 0 }));
    }

    [Test]
    public void A_four_by_four_image_by_hand()
    {
        var results = Run(x => x.MaxPool(new Window(2, 2)), [4, 4], [1, 3, 2, 1, 4, 2, 1, 5, -7, -8, 0, 0, -6, -9, 0, 0]);
        Assert.That(results.Y, Is.EqualTo(new float[] { 4, 5, -6, 0 }));
        Assert.That(results.Dx, Is.EqualTo(new float[] { 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 4, 0, 3, 0, 0, 0 }), "the first of equals wins");
        results = Run(x => x.AveragePool(new Window(2, 2)), [4, 4], [1, 3, 2, 1, 4, 2, 1, 5, -7, -8, 0, 0, -6, -9, 0, 0]);
        Assert.That(results.Y, Is.EqualTo(new float[] { 2.5f, 2.25f, -7.5f, 0 }));
        Assert.That(results.Dx, Is.EqualTo(new float[] { 0.25f, 0.25f, 0.5f, 0.5f, 0.25f, 0.25f, 0.5f, 0.5f, 0.75f, 0.75f, 1, 1, 0.75f, 0.75f, 1, 1 }));
    }

    [Test]
    public void Each_window_hands_its_whole_gradient_on()
    {
        foreach (var window in new Window[] { new(2, 2), new(3, 2, 1), new(2, 1), new(2, 3), new(3, 1, 1, 2) })
        {
            var (y, dx) = Run(x => x.MaxPool(window), [7, 8], [.. Enumerable.Range(0, 56).Select(i => (float)(i * 11 % 17))]);
            Assert.That(dx.Sum(), Is.EqualTo(Enumerable.Range(1, y.Length).Sum()));
            (y, dx) = Run(x => x.AveragePool(window), [7, 8], new float[56]);
            Assert.That(dx.Sum(), Is.EqualTo((float)Enumerable.Range(1, y.Length).Sum()).Within(1e-4));
        }
    }

    [Test]
    public void Padding_never_wins_and_a_constant_image_stays_constant()
    {
        float[] three = [.. Enumerable.Repeat(-3f, 35)];
        foreach (var window in new Window[] { new(3, 1, 1), new(3, 2, Padding.Same), new(2, 2, 1) })
        {
            Assert.That(Run(x => x.MaxPool(window), [5, 7], three).Y, Is.All.EqualTo(-3f));
            Assert.That(Run(x => x.AveragePool(window), [5, 7], three).Y, Is.All.EqualTo(-3f));
            Assert.That(Run(x => x.AveragePool(window, countPadding: true), [5, 7], three).Y[0], Is.GreaterThan(-3f), "zeros around the image count");
        }
    }

    [Test]
    public void NaN_passes_through()
    {
        float[] x = [1, float.NaN, 2, 3, 4, 5, 6, 7];
        var (y, dx) = Run(x => x.MaxPool(new Window(2, 2)), [2, 4], x);
        Assert.That(y, Is.EqualTo(new[] { float.NaN, 7 }));
        Assert.That(dx, Is.EqualTo(new float[] { 0, 1, 0, 0, 0, 0, 0, 2 }));
        Assert.That(Run(x => x.AveragePool(new Window(2, 2)), [2, 4], x).Y, Is.EqualTo(new[] { float.NaN, 4.5f }));
    }

    [Test, Notes("9.2", "Pooling")]
    public void Images_pool_to_one_number_each()
    {
        OperationCheck.Verify(device, x => x[0].GlobalMaxPool(), [[2, 3, 3, 5]], x => [.. x[0].Chunk(15).Select(image => image.Max())]);
        OperationCheck.Verify(device, x => x[0].GlobalAveragePool(), [[2, 3, 3, 5]], x => [.. x[0].Chunk(15).Select(image => image.Average())]);
        Assert.That(Run(x => x.GlobalMaxPool(), [2, 3], [1, 2, 2, 0, 2, 1]).Dx, Is.EqualTo(new float[] { 0, 1, 0, 0, 0, 0 }), "the first of equals wins");
    }

    [Test]
    public void What_cannot_be_pooled_is_refused()
    {
        Assert.That(() => Run(x => x.MaxPool(new Window(2, 2, 2)), [3, 3], new float[9]), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "MaxPool: needs windows that see at least one pixel each, but got (3, 3).\nPad by less: some window of 2, stride 2, padding 2 lies in the padding alone."));
        Assert.That(() => Run(x => x.AveragePool(new Window(2, 2, 2)), [3, 3], new float[9]), Throws.TypeOf<ShapeException>());
        Assert.That(Run(x => x.AveragePool(new Window(2, 2, 2), countPadding: true), [3, 3], new float[9]).Y[0], Is.Zero);
        Assert.That(() => Run(x => x.MaxPool(new Window(4)), [3, 3], new float[9]), Throws.TypeOf<ShapeException>().With.Message.Contains("hold a window of 4"));
        Assert.That(() => Run(x => x.MaxPool(new Window(2)), [9], new float[9]), Throws.TypeOf<ShapeException>().With.Message.Contains("needs images (..., height, width)"));
        Assert.That(() => Run(x => x.GlobalMaxPool(), [9], new float[9]), Throws.TypeOf<ShapeException>().With.Message.Contains("GlobalMaxPool"));
        Assert.That(() => Run(x => x.GlobalAveragePool(), [2, 0, 3], []), Throws.TypeOf<ShapeException>().With.Message.Contains("at least one pixel"));
    }

    /// <summary>y, and dx for dy = 1, 2, 3 and so on.</summary>
    private (float[] Y, float[] Dx) Run(Func<Tensor, Tensor> pool, Shape shape, float[] values)
    {
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", shape);
            var y = pool(x);
            return [y, graph.Gradients(y, [x], graph.Input("dy", y.Shape))[0]];
        }, Checks.PoisonedArena);
        var outputs = new Graph(1, training: false, seed: 0).Record(graph => pool(graph.Input("x", shape))).Shape;
        var results = function.Run([Feed.Of("x", values, shape), Feed.Of("dy", Enumerable.Range(1, (int)outputs.Elements).Select(i => (float)i).ToArray(), outputs)]);
        return (results[0].ToArray(), results[1].ToArray());
    }

    private static (int Planes, WindowShape Over) Over(Shape x, Window window) => (x.Before(x.Rank - 2), window.Over(x[^2], x[^1])!.Value);

    private static TestCaseData Row(Shape x, Window window) => new TestCaseData(x, window).SetArgDisplayNames($"{x}, {window}");
}
