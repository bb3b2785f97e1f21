using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Layers of pooling and sub-sampling, and those that only change shapes.</summary>
[Notes("9.2.1", "Pooling layers")]
public sealed class PoolLayerTests
{
    private static readonly float[] image = [1, 2, 3, 4, 5, 6, 7, 8, -1, -2, -3, -4, -5, -6, -7, -9];

    [Test]
    public void Images_pool()
    {
        Assert.That(Run(new MaxPool2D(2), [1, 4, 4], image), Is.EqualTo(new float[] { 6, 8, -1, -3 }));
        Assert.That(Run(new MaxPool2D(2, padding: 1), [1, 4, 4], image), Is.EqualTo(new float[] { 1, 3, 4, 5, 7, 8, -5, -6, -9 }));
        Assert.That(Run(new AveragePool2D(2), [1, 4, 4], image), Is.EqualTo(new float[] { 3.5f, 5.5f, -3.5f, -5.75f }));
        Assert.That(Run(new AveragePool2D(2, padding: 1, countPadding: true), [1, 4, 4], image)[0], Is.EqualTo(0.25f));
        Assert.That(Run(new AveragePool2D(2, padding: 1), [1, 4, 4], image)[0], Is.EqualTo(1f));
        Assert.That(Run(new MaxPool2D((1, 2), stride: (2, 1)), [1, 4, 4], image), Is.EqualTo(new float[] { 2, 3, 4, -1, -2, -3 }));
    }

    [Test]
    public void Sequences_pool()
    {
        Assert.That(Run(new MaxPool1D(2), [2, 8], image), Is.EqualTo(new float[] { 2, 4, 6, 8, -1, -3, -5, -7 }));
        Assert.That(Run(new MaxPool1D(3, stride: 4, padding: 1), [2, 8], image), Is.EqualTo(new float[] { 2, 6, -1, -4 }));
        Assert.That(Run(new AveragePool1D(4, padding: Padding.Same), [2, 8], image), Is.EqualTo(new float[] { 2.5f, 6.5f, -2.5f, -6.75f }));
        Assert.That(Run(new AveragePool1D(2, stride: 8, padding: 1, countPadding: true), [2, 8], image), Is.EqualTo(new float[] { 0.5f, 4, -0.5f, -4.5f }));
        Assert.That(() => new MaxPool1D(2).OutputShape([8]), Throws.TypeOf<ShapeException>().With.Message.Contains("needs sequences (batch, channels, length)"));
    }

    [Test, Notes("9.2", "Pooling")]
    public void Whole_images_pool_to_a_number_a_channel()
    {
        Assert.That(Run(new GlobalMaxPool(), [2, 2, 4], image), Is.EqualTo(new float[] { 8, -1 }));
        Assert.That(Run(new GlobalAveragePool(), [2, 2, 4], image), Is.EqualTo(new float[] { 4.5f, -37 / 8f }));
        Assert.That(new Sequential(new MaxPool2D(3, 2, Padding.Same), new GlobalAveragePool()).OutputShape([7, 28, 28]), Is.EqualTo(Shape.Of(7)));
    }

    [Test, Notes("9.2", "Pooling")]
    public void Sub_sampling_has_two_numbers_a_channel_and_begins_as_the_mean()
    {
        var layer = new Subsample2D(3, 2, activation: new Identity());
        Assert.That(layer.ParameterCount, Is.EqualTo(6));
        float[] x = [.. Enumerable.Range(0, 48).Select(i => (float)(i % 7))];
        Assert.That(Run(layer, [3, 4, 4], x), Is.EqualTo(Run(new AveragePool2D(2), [3, 4, 4], x)));

        layer.Weight.Set([1, 2, 3]);
        layer.Bias.Set([0, -1, 0.5f]);
        var tanh = new Subsample2D(3, 2);
        tanh.Weight.Set([0.1f, 0.2f, 0.3f]);
        tanh.Bias.Set([0, -0.1f, 0.05f]);
        var (y, z) = (Run(layer, [3, 4, 4], x), Run(tanh, [3, 4, 4], x));
        for (var i = 0; i < 12; i++)
        {
            var (c, from) = (i / 4, i / 4 * 16 + i % 4 / 2 * 8 + i % 2 * 2);
            var sum = (c + 1) * (x[from] + x[from + 1] + x[from + 4] + x[from + 5]) + new[] { 0, -1, 0.5f }[c];
            Assert.That(y[i], Is.EqualTo(sum).Within(1e-5));
            Assert.That(z[i], Is.EqualTo(Math.Tanh(sum / 10)).Within(1e-6));
        }
        Assert.That(() => layer.OutputShape([2, 4, 4]), Throws.TypeOf<ShapeException>().With.Message.Contains("needs images (batch, 3, height, width)"));
        Assert.That(() => new Subsample2D(0, 2), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Sub_sampling_learns()
    {
        using var device = Device.On(new HostRoute(2));
        var layer = new Subsample2D(2, 2, activation: new Identity());
        var random = new Random(3);
        float[] x = [.. Enumerable.Range(0, 16 * 2 * 16).Select(_ => random.NextSingle())];
        var wanted = new Subsample2D(2, 2, activation: new Identity());
        wanted.Weight.Set([0.5f, -0.25f]);
        wanted.Bias.Set([0.1f, 0.3f]);
        var y = device.Compile(graph => wanted.Apply(graph.Input("x", [graph.Batch, 2, 4, 4]))).Run(x)[0].ToArray();
        new Trainer(device, layer, Loss.MeanSquared, new Adam(0.02f)).Fit(DataSet.WithTargets(x, [2, 4, 4], y, [2, 2, 2]), null, epochs: 1000, batch: 16);
        Assert.That(layer.Weight.ToArray(), Is.EqualTo(new[] { 0.5f, -0.25f }).Within(0.02));
    }

    [Test, Notes("9.1.3", "Flattening layers")]
    public void Flattening_and_reshaping_move_nothing_and_learn_nothing()
    {
        var round = new Sequential(new Flatten(), new Reshape([2, 2, 4]), new Flatten());
        Assert.That(Run(round, [1, 4, 4], image), Is.EqualTo(image));
        Assert.That(round.ParameterCount, Is.Zero);
        Assert.That(new Flatten().OutputShape([64, 7, 7]), Is.EqualTo(Shape.Of(3136)));
        Assert.That(new Reshape([64, 7, 7]).OutputShape([3136]), Is.EqualTo(Shape.Of(64, 7, 7)));
        Assert.That(new Reshape([64, 7, 7]).ToString(), Is.EqualTo("Reshape(64, 7, 7)"));
        Assert.That(() => new Sequential(new Reshape([3, 5])).OutputShape([16]), Throws.TypeOf<ShapeException>()
            .With.Message.Contains("needs as many elements as (2, 3, 5) has").And.Message.Contains("In Sequential > 0 > Reshape(3, 5)"));
    }

    [Test, Notes("9.1.3", "Flattening layers")]
    public void A_gradient_passes_through_in_the_shape_of_the_images()
    {
        using var device = Device.On(new HostRoute(1));
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [graph.Batch, 2, 2, 2]);
            return graph.Gradients(new Flatten().Apply(x), [x], graph.Input("dy", [graph.Batch, 8]))[0];
        });
        foreach (var batch in new[] { 2, 0 })
        {
            var dx = function.Run(new float[8 * batch], image[..(8 * batch)])[0];
            Assert.That(dx.ToArray(), Is.EqualTo(image[..(8 * batch)]));
            Assert.That(dx.Shape, Is.EqualTo(Shape.Of(batch, 2, 2, 2)));
        }
    }

    /// <summary>What a layer makes of one item.</summary>
    private static float[] Run(Layer layer, Shape item, float[] x)
    {
        using var device = Device.On(new HostRoute(1));
        var model = new Sequential(layer);
        foreach (var parameter in model.Parameters.Where(parameter => parameter.HasValues).ToArray())
            parameter.Set(parameter.ToArray());
        return device.Compile(graph => model.Apply(graph.Input("x", item.Prepend(graph.Batch)))).Run(x)[0].ToArray();
    }
}
