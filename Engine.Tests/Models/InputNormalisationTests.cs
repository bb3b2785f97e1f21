using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Normalisation of inputs inside the model.</summary>
[Notes("3.1.1", "Input layer normalisation")]
public sealed class InputNormalisationTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    private static DataSet Data(float[] rows, int columns, bool gaps = false) => DataSet.Of(rows, [columns], allowNotFinite: gaps);

    private float[] Run(Layer layer, float[] rows, int columns) => device.Compile(graph => layer.Apply(graph.Input("x", [graph.Batch, columns]))).Run(rows)[0].ToArray();

    [Test]
    public void Columns_get_mean_0_and_deviation_1_wherever_they_lie()
    {
        var random = new Random(2);
        float[] rows = [.. Enumerable.Range(0, 400).Select(i => (i % 4) switch
        {
            0 => (float)(1e8 + 8 * random.Next(-20, 20)),
            1 => (float)(-3 + 0.01 * random.NextDouble()),
            2 => 7f,
            _ => (float)random.NextDouble(),
        })];
        var layer = new InputNormalisation(4);
        layer.Adapt(Data(rows, 4));
        double[] y = [.. Run(layer, rows, 4).Select(v => (double)v)];
        var (mean, variance) = Reference.ChannelStatistics(y, 100, 4, 1);
        for (var c = 0; c < 4; c++)
        {
            Assert.That(mean[c], Is.Zero.Within(2e-5));
            Assert.That(variance[c], Is.EqualTo(c == 2 ? 0 : 1).Within(1e-5));
        }
    }

    [Test]
    public void Data_and_statistics_in_other_units_change_no_prediction()
    {
        float[] rows = [.. Enumerable.Range(0, 60).Select(i => MathF.Sin(i * i))], other = [.. rows.Select((v, i) => i % 2 == 0 ? 1000 * v + 5 : 0.01f * v - 1)];
        var (layer, rescaled) = (new InputNormalisation(2), new InputNormalisation(2));
        layer.Adapt(Data(rows, 2));
        rescaled.Adapt(Data(other, 2));
        var dense = new Dense(2, 3);
        Assert.That(Run(new Sequential(rescaled, dense), other, 2), Is.EqualTo(Run(new Sequential(layer, dense), rows, 2)).Within(2e-5f));
    }

    // Gradient descent at the rate 1 / (largest curvature) takes as many steps as the curvatures differ.
    [Test]
    public void A_rounder_bowl_takes_fewer_steps()
    {
        var random = new Random(4);
        float[] rows = [.. Enumerable.Range(0, 200).Select(i => (float)(i % 2 == 0 ? random.NextDouble() - 0.5 : 10 * random.NextDouble() + 5))];
        float[] targets = [.. Enumerable.Range(0, 100).Select(i => 2 * rows[2 * i] - 0.3f * rows[2 * i + 1] + 1)];
        var layer = new InputNormalisation(2);
        layer.Adapt(Data(rows, 2));
        var raw = Steps(new Sequential(new Dense(2, 1)), rows, targets, curvature: 2 * rows.Average(v => v * v) * 2 + 2);
        var normalised = Steps(new Sequential(layer, new Dense(2, 1)), rows, targets, curvature: 2 * 2.0);
        Assert.That(normalised, Is.LessThan(100));
        Assert.That(raw, Is.GreaterThan(10 * normalised));
    }

    private int Steps(Layer model, float[] rows, float[] targets, double curvature)
    {
        var step = device.Compile(graph =>
        {
            var loss = Loss.MeanSquared.Of(model.Apply(graph.Input("x", [100, 2])), graph.Input("y", [100, 1]));
            graph.Minimise(loss, model.Parameters, new Sgd((float)(1 / curvature)));
            return loss;
        });
        var loss = step.Run(rows, targets)[0].Scalar();
        var steps = 1;
        for (; loss > 1e-3f && steps < 5000; steps++)
            loss = step.Run()[0].Scalar();
        return steps;
    }

    [Test]
    public void Its_statistics_are_saved_with_the_model()
    {
        using var folder = new TemporaryFolder();
        var model = new Sequential(new InputNormalisation(2), new Dense(2, 1));
        ((InputNormalisation)model.Parts[0]).Adapt(Data([1, 20, 3, 50], 2));
        float[] rows = [1, 2, 3, 4];
        var expected = Run(model, rows, 2);
        model.Save(folder["model.safetensors"]);
        var other = new Sequential(new InputNormalisation(2), new Dense(2, 1));
        other.Load(folder["model.safetensors"]);
        Assert.That(Run(other, rows, 2), Is.EqualTo(expected));
    }

    [Test]
    public void Adapting_again_forgets_what_was_before_and_training_leaves_it_alone()
    {
        var layer = new InputNormalisation(1);
        var model = new Sequential(layer, new Dense(1, 1));
        layer.Adapt(Data([1, 3], 1));
        new Trainer(device, model, Loss.MeanSquared, new Sgd(0.1f)).Fit(DataSet.WithTargets([1, 3], [1], [0, 1], [1]), epochs: 2, batch: 2);
        Assert.That((layer.Mean.ToArray()[0], layer.Scale.ToArray()[0]), Is.EqualTo((2f, 1f)));
        layer.Adapt(Data([10, float.NaN, 30], 1, gaps: true));
        Assert.That((layer.Mean.ToArray()[0], layer.Scale.ToArray()[0]), Is.EqualTo((20f, 0.1f)));
        layer.Adapt(Data([5], 1));
        Assert.That(Run(layer, [5, 6, float.NaN], 1), Is.EqualTo(new[] { 0, 0, float.NaN }));
    }

    [Test]
    public void Used_before_it_was_adapted_or_on_other_data_it_says_so()
    {
        var layer = new InputNormalisation(2);
        Assert.That(layer.OutputShape([2]), Is.EqualTo(Shape.Of(2)), "nothing runs");
        Assert.That(() => Run(layer, [1, 2], 2), Throws.InvalidOperationException.With.Message.EqualTo(
            "InputNormalisation: needs statistics before it is used, but none were set or loaded.\nCall Adapt with the training data, or load a model that was saved with them."));
        layer.Adapt(Data([1, 2, 3, 4], 2));
        Assert.That(Run(layer, [2, 3], 2), Is.EqualTo(new float[2]));
        Assert.That(() => layer.Adapt(Data([1, 2, 3], 3)), Throws.TypeOf<InvalidDataException>().With.Message.Contains("(2), but the set has (3)"));
        Assert.That(() => layer.Adapt(Data([], 2)), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => Run(layer, [1, 2, 3], 3), Throws.TypeOf<ShapeException>().With.Message.Contains("needs items of (2)"));
        Assert.That(() => new InputNormalisation(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
