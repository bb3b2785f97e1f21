using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Layers of convolutions: shapes, parameters, what they are to each other, what they learn, what they refuse.</summary>
[Notes("9.1", "Convolutional layers"), Notes("9.1.1", "Convolutional layers")]
public sealed class ConvolutionLayerTests
{
    [Test]
    public void A_convolution_by_hand()
    {
        var layer = new Conv2D(1, 1, 2);
        layer.Weight.Set([1, 2, 3, -4]);
        layer.Bias!.Set([0.5f]);
        Assert.That(Run(layer, [1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]), Is.EqualTo(new[] { -2.5f, -0.5f, 3.5f, 5.5f }));
        Assert.That(Run(Weighted(new Conv1D(1, 1, 3, Padding.Same, bias: false), 1, 2, 3), [1, 4], [1, 2, 3, 4]), Is.EqualTo(new float[] { 8, 14, 20, 11 }));
        Assert.That(Run(Weighted(new ConvTranspose2D(1, 1, 2, stride: 2, bias: false), 1, 2, 3, 4), [1, 1, 2], [1, 10]),
            Is.EqualTo(new float[] { 1, 2, 10, 20, 3, 4, 30, 40 }));
    }

    [Test, Notes("9.2.1", "Pooling layers")]
    public void The_same_padding_keeps_a_size_and_puts_the_odd_pixel_behind()
    {
        var window = new Window(5, 2, Padding.Same).Over(28, 28)!.Value;
        Assert.That((window.OutHeight, window.OutWidth, window.Top, window.Left), Is.EqualTo((14, 14, 1, 1)));
        Assert.That((window.OutHeight - 1) * window.RowStride + window.WindowHeight - window.Height - window.Top, Is.EqualTo(2), "behind");
        foreach (var size in new[] { 1, 2, 7, 28 })
            for (var kernel = 1; kernel <= 6; kernel++)
                for (var stride = 1; stride <= 4; stride++)
                    Assert.That(new Conv2D(1, 2, kernel, Padding.Same, stride).OutputShape([1, size, size + 3]),
                        Is.EqualTo(Shape.Of(2, (size + stride - 1) / stride, (size + 3 + stride - 1) / stride)), $"{size}, {kernel}, {stride}");
    }

    [Test]
    public void Sizes_follow_the_formula()
    {
        foreach (var (n, k, s, p, d) in new[] { (9, 3, 1, 0, 1), (9, 3, 2, 1, 1), (10, 4, 3, 2, 2), (7, 1, 2, 0, 1), (3, 5, 4, 1, 1) })
        {
            var outputs = (n + 2 * p - d * (k - 1) - 1) / s + 1;
            Assert.That(new Conv2D(2, 3, k, p, s, d).OutputShape([2, n, n]), Is.EqualTo(Shape.Of(3, outputs, outputs)));
            Assert.That(new Conv1D(2, 3, k, p, s, d).OutputShape([2, n]), Is.EqualTo(Shape.Of(3, outputs)));
        }
    }

    [Test]
    public void Sizes_of_a_transposed_convolution_follow_the_formula()
    {
        foreach (var (n, k, s, p, d, extra) in new[] { (4, 4, 2, 1, 1, 0), (5, 3, 2, 1, 1, 1), (3, 5, 3, 2, 1, 2), (4, 3, 1, 0, 2, 0), (1, 2, 4, 0, 1, 3) })
        {
            var size = (n - 1) * s - 2 * p + d * (k - 1) + 1 + extra;
            Assert.That(new ConvTranspose2D(3, 2, k, p, s, d, extra).OutputShape([3, n, n]), Is.EqualTo(Shape.Of(2, size, size)));
        }
        Assert.That(new ConvTranspose2D(3, 2, 5, Padding.Same, 2).OutputShape([3, 7, 6]), Is.EqualTo(Shape.Of(2, 14, 12)));
    }

    [Test]
    public void Parameters_are_counted()
    {
        Assert.That(new Conv2D(3, 8, 5).ParameterCount, Is.EqualTo(8 * (25 * 3 + 1)));
        Assert.That(new Conv2D(6, 8, (3, 1), groups: 2, bias: false).ParameterCount, Is.EqualTo(8 * 3 * 3));
        Assert.That(new Conv1D(3, 8, 5).ParameterCount, Is.EqualTo(8 * (5 * 3 + 1)));
        Assert.That(new ConvTranspose2D(6, 8, 3, groups: 2).ParameterCount, Is.EqualTo(6 * 4 * 9 + 8));
    }

    [Test]
    public void They_say_what_they_are() => Assert.Multiple(() =>
    {
        Assert.That(new Conv2D(3, 8, 3).ToString(), Is.EqualTo("Conv2D(3 -> 8, 3)"));
        Assert.That(new Conv2D(4, 8, (3, 5), Padding.Same, 2, 3, groups: 2, bias: false).ToString(), Is.EqualTo("Conv2D(4 -> 8, 3x5, stride 2, same, dilation 3, 2 groups, no bias)"));
        Assert.That(new Conv1D(3, 8, 3, 1).ToString(), Does.StartWith("Conv1D(3 -> 8, "));
        Assert.That(new ConvTranspose2D(3, 8, 4, 1, 2, extra: 1).ToString(), Is.EqualTo("ConvTranspose2D(3 -> 8, 4, stride 2, padding 1, 1 extra)"));
    });

    [Test]
    public void A_sequence_is_an_image_of_one_row()
    {
        var (line, plane) = (new Conv1D(4, 6, 3, 2, 2, 2, groups: 2), new Conv2D(4, 6, (1, 3), Padding.Explicit(0, 0, 2, 2), (1, 2), (1, 2), groups: 2));
        var (w, b, x) = (Numbers.Uniform(36), Numbers.Uniform(6, seed: 2), Numbers.Uniform(4 * 19, seed: 3));
        line.Weight.Set(w);
        line.Bias!.Set(b);
        plane.Weight.Set(w);
        plane.Bias!.Set(b);
        Assert.That(line.OutputShape([4, 19]), Is.EqualTo(Shape.Of(6, 10)));
        Assert.That(Run(line, [4, 19], x), Is.EqualTo(Run(plane, [4, 1, 19], x)));
    }

    [TestCase(3, 1, 1, 1, 1)]
    [TestCase(4, 2, 1, 1, 1)]
    [TestCase(3, 2, 0, 1, 2)]
    [TestCase(3, 3, 2, 2, 1)]
    [TestCase(1, 2, 0, 1, 1)]
    public void A_transposed_convolution_is_the_adjoint(int kernel, int stride, int padding, int dilation, int groups)
    {
        const int Size = 12;
        var forward = new Conv2D(4, 6, kernel, padding, stride, dilation, groups, bias: false);
        var outputs = forward.OutputShape([4, Size, Size]);
        var extra = (Size + 2 * padding - dilation * (kernel - 1) - 1) % stride;
        var back = new ConvTranspose2D(6, 4, kernel, padding, stride, dilation, extra, groups, bias: false);
        Assert.That(back.OutputShape(outputs), Is.EqualTo(Shape.Of(4, Size, Size)));
        var w = Numbers.Uniform((int)forward.Weight.Shape.Elements);
        forward.Weight.Set(w);
        back.Weight.Set(w);
        var (x, y) = (Numbers.Uniform(4 * Size * Size, seed: 2), Numbers.Uniform((int)outputs.Elements, seed: 3));
        var one = Run(forward, [4, Size, Size], x).Zip(y, (a, b) => (double)a * b).Sum();
        var other = Run(back, outputs, y).Zip(x, (a, b) => (double)a * b).Sum();
        Assert.That(other, Is.EqualTo(one).Within(1e-4 * Math.Abs(one) + 1e-4));
    }

    [Test, Notes("9.1.1", "Training convolutional layers")]
    public void A_filter_is_learned_from_images_and_what_it_makes_of_them()
    {
        using var device = Device.On(new HostRoute(2));
        float[] sobel = [-1, 0, 1, -2, 0, 2, -1, 0, 1];
        var wanted = Weighted(new Conv2D(1, 1, 3, bias: false), sobel);
        var x = Numbers.Uniform(64 * 100);
        var y = device.Compile(graph => wanted.Apply(graph.Input("x", [graph.Batch, 1, 10, 10]))).Run([Feed.Of("x", x, [64, 1, 10, 10])])[0].ToArray();
        var layer = new Conv2D(1, 1, 3);
        new Trainer(device, layer, Loss.MeanSquared, new Sgd(0.5f)).Fit(DataSet.WithTargets(x, [1, 10, 10], y, [1, 8, 8]), null, epochs: 20, batch: 16);
        Assert.That(layer.Weight.ToArray(), Is.EqualTo(sobel).Within(1e-3));
        Assert.That(layer.Bias!.ToArray(), Is.EqualTo(new[] { 0f }).Within(1e-3));
    }

    [Test]
    public void What_makes_no_layer_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new Conv2D(0, 3, 3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
            "Conv2D: needs at least one input and one output channel, but got 0 and 3.\nCheck the arithmetic that made the size."));
        Assert.That(() => new Conv1D(3, 0, 3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Conv1D: needs at least one"));
        Assert.That(() => new Conv2D(4, 6, 3, groups: 4), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
            "Conv2D: needs groups that share 4 inputs and 6 outputs evenly, but got 4.\nUse a number that divides both."));
        Assert.That(() => new ConvTranspose2D(4, 6, 3, groups: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("but got 0"));
        Assert.That(() => new Conv2D(4, 6, 3, dilation: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Window: the dilation must be 1 or more"));
        Assert.That(() => new Conv2D(4, 6, (3, 0)), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Window: the size must be 1 or more"));
        Assert.That(() => new ConvTranspose2D(4, 6, 3, stride: 2, extra: 2), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
            "ConvTranspose2D: needs extra pixels from 0 to less than the stride 2, but got 2.\nMore would see no pixel of x; pad the result instead."));
    });

    [Test]
    public void Images_that_do_not_fit_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new Sequential(new Conv2D(3, 8, 3)).OutputShape([1, 28, 28]), Throws.TypeOf<ShapeException>().With.Message.Contains("Convolve: needs weights for 1 input channels")
            .And.Message.Contains("give the layer as many inputs as the images have channels").And.Message.Contains("In Sequential > 0 > Conv2D(3 -> 8, 3)"));
        Assert.That(() => new Conv2D(1, 8, 5).OutputShape([1, 4, 9]), Throws.TypeOf<ShapeException>().With.Message.Contains("needs images that hold a window of 5 and valid padding"));
        Assert.That(() => new Conv2D(1, 8, 3).OutputShape([28, 28]), Throws.TypeOf<ShapeException>().With.Message.Contains("needs images (batch, channels, height, width)"));
        Assert.That(() => new Conv1D(1, 8, 3).OutputShape([28]), Throws.TypeOf<ShapeException>().With.Message.Contains("Conv1D: needs sequences (batch, channels, length)"));
        Assert.That(() => new ConvTranspose2D(1, 8, 3).OutputShape([28]), Throws.TypeOf<ShapeException>().With.Message.Contains("ConvTranspose2D: needs images (batch, channels, height, width)"));
        Assert.That(() => new ConvTranspose2D(2, 8, 3).OutputShape([1, 5, 5]), Throws.TypeOf<ShapeException>().With.Message.Contains("ConvolveTransposed: needs weights for 1 channels"));
    });

    private static T Weighted<T>(T layer, params float[] values) where T : Layer
    {
        layer.Parameters.Single().Set(values);
        return layer;
    }

    /// <summary>What a layer makes of one item.</summary>
    private static float[] Run(Layer layer, Shape item, float[] x)
    {
        using var device = Device.On(new HostRoute(1));
        return device.Compile(graph => layer.Apply(graph.Input("x", item.Prepend(graph.Batch)))).Run(x)[0].ToArray();
    }
}
