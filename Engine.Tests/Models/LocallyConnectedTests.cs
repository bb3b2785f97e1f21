using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Layers of local receptive fields: a convolution where the kernels are equal, and more parameters.</summary>
[Notes("9.1.1", "Convolutional layers")]
public sealed class LocallyConnectedTests
{
    [TestCase(3, 1, 0, 1)]
    [TestCase(3, 2, 1, 1)]
    [TestCase(2, 1, 2, 2)]
    public void With_equal_kernels_it_is_a_convolution(int kernel, int stride, int padding, int dilation)
    {
        using var device = Device.On(new HostRoute(2));
        var shared = new Conv2D(3, 4, kernel, padding, stride, dilation);
        var local = new LocallyConnected2D(3, 4, (9, 8), kernel, padding, stride, dilation);
        var (w, b) = (Numbers.Uniform((int)shared.Weight.Shape.Elements), Numbers.Uniform(4, seed: 2));
        var places = local.Weight.Shape[^1] * local.Weight.Shape[^2];
        shared.Weight.Set(w);
        shared.Bias!.Set(b);
        local.Weight.Set([.. w.SelectMany(value => Enumerable.Repeat(value, places))]);
        local.Bias!.Set([.. b.SelectMany(value => Enumerable.Repeat(value, places))]);
        var results = device.Compile(graph =>
        {
            var x = graph.Input("x", [graph.Batch, 3, 9, 8]);
            var (y, z) = (shared.Apply(x), local.Apply(x));
            var (ofShared, ofLocal) = (graph.Gradients(y.Square().Sum(), [x, shared.Weight]), graph.Gradients(z.Square().Sum(), [x, local.Weight]));
            return [y, z, ofShared[0], ofLocal[0], ofShared[1], ofLocal[1].Sum([4, 5])];
        }).Run([Feed.Of("x", Numbers.Uniform(5 * 3 * 72, seed: 3), [5, 3, 9, 8])]);
        for (var i = 0; i < 6; i += 2)
            OperationCheck.Close(results[i + 1].ToArray(), [.. results[i].ToArray().Select(v => (double)v)], 1e-6, $"result {i}");
    }

    [Test]
    public void Each_place_has_weights_and_a_bias()
    {
        Assert.That(new LocallyConnected2D(3, 5, 8, 3).ParameterCount, Is.EqualTo(6 * 6 * (3 * 3 * 3 + 1) * 5));
        Assert.That(new LocallyConnected2D(3, 5, (8, 6), (3, 2), Padding.Same, 2, bias: false).ParameterCount, Is.EqualTo(4 * 3 * (3 * 2 * 3) * 5));
        Assert.That(new LocallyConnected2D(3, 5, 8, 3).OutputShape([3, 8, 8]), Is.EqualTo(Shape.Of(5, 6, 6)));
        Assert.That(new LocallyConnected2D(3, 5, (8, 6), 3, 1, 2, bias: false).ToString(), Is.EqualTo("LocallyConnected2D(3 -> 5, 8 x 6, 3, stride 2, padding 1, no bias)"));
    }

    [Test]
    public void Weights_are_drawn_for_windows_not_for_images()
    {
        using var device = Device.On(new HostRoute(1));
        var layer = new LocallyConnected2D(2, 3, 12, 3, init: Inits.HeNormal);
        device.Compile(graph => layer.Apply(graph.Input("x", [graph.Batch, 2, 12, 12]))).Run(new float[288]);
        var w = layer.Weight.ToArray();
        Assert.That(w.Average(value => value * value), Is.EqualTo(2 / 18.0).Within(0.005));
        Assert.That(w.Distinct().Count(), Is.GreaterThan(w.Length - 10), "each place has its own numbers");
    }

    [Test]
    public void It_learns_what_stands_where()
    {
        using var device = Device.On(new HostRoute(2));
        // Two times the left half of an image, its right half negated: no one kernel does that.
        var x = Numbers.Uniform(32 * 24);
        float[] y = [.. x.Select((value, i) => i % 6 < 3 ? 2 * value : -value)];
        var layer = new LocallyConnected2D(1, 1, (4, 6), 1);
        new Trainer(device, layer, Loss.MeanSquared, new Sgd(10)).Fit(DataSet.WithTargets(x, [1, 4, 6], y, [1, 4, 6]), null, epochs: 60, batch: 32);
        Assert.That(layer.Weight.ToArray(), Is.EqualTo(y.Zip(x, (a, b) => MathF.Round(a / b)).Take(24)).Within(1e-3));
    }

    [Test]
    public void What_does_not_fit_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new LocallyConnected2D(1, 3, 4, 5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
            "LocallyConnected2D: needs images that hold its window 5, but got 4 x 4.\nPad the images (Padding.Same), or use a smaller window."));
        Assert.That(() => new LocallyConnected2D(0, 3, 4, 3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least one input"));
        Assert.That(() => new LocallyConnected2D(1, 3, 8, 3).OutputShape([1, 9, 9]), Throws.TypeOf<ShapeException>().With.Message.Contains("the size of these images"));
    });
}
