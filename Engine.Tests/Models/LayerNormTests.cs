using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Layer and group normalisation as layers.</summary>
[Notes("3.1.2", "Batch normalisation")]
public sealed class LayerNormTests
{
    private static float[] Run(Layer layer, Shape x, float[] numbers, bool training)
    {
        using var device = Device.On(new HostRoute(2));
        return device.Compile(graph => layer.Apply(graph.Input("x", x)), Checks.PoisonedArena, training).Run(numbers)[0].ToArray();
    }

    private static float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(1 + 2.3f * i * i))];

    [Test]
    public void Each_item_has_its_own_statistics_in_training_and_in_use([Values] bool training)
    {
        var x = Numbers(2 * 3 * 4 * 5);
        double[] wide = [.. x.Select(v => (double)v)];
        Assert.That(Run(new LayerNorm(5), [2, 3, 4, 5], x, training), Is.EqualTo(Reference.RowNormal(wide, 5, 1e-5)).Within(1e-5));
        Assert.That(Run(new LayerNorm([4, 5]), [2, 3, 4, 5], x, training), Is.EqualTo(Reference.RowNormal(wide, 20, 1e-5)).Within(1e-5));
        Assert.That(Run(new GroupNorm(1, 3), [2, 3, 4, 5], x, training), Is.EqualTo(Reference.RowNormal(wide, 60, 1e-5)).Within(1e-5));
        Assert.That(Run(new GroupNorm(3, 3), [2, 3, 4, 5], x, training), Is.EqualTo(Reference.RowNormal(wide, 20, 1e-5)).Within(1e-5));
    }

    [Test]
    public void Gains_and_biases_belong_to_elements_or_channels()
    {
        var layer = new LayerNorm(2, epsilon: 0);
        layer.Gain.Set([2, 3]);
        layer.Bias.Set([10, 20]);
        Assert.That(Run(layer, [1, 2], [1, 5], false), Is.EqualTo(new float[] { 8, 23 }).Within(1e-5f));
        var group = new GroupNorm(1, 2, epsilon: 0);
        group.Gain.Set([2, 3]);
        group.Bias.Set([10, 20]);
        Assert.That(Run(group, [1, 2, 2], [1, 1, 5, 5], false), Is.EqualTo(new float[] { 8, 8, 23, 23 }).Within(1e-5f));
    }

    [Test]
    public void Bad_settings_and_shapes_are_refused()
    {
        Assert.That(() => new LayerNorm(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least one number"));
        Assert.That(() => new LayerNorm(1, -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("epsilon"));
        Assert.That(() => new GroupNorm(2, 3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("2 groups and 3 channels"));
        Assert.That(() => Run(new LayerNorm(3), [2, 4], new float[8], true), Throws.TypeOf<ShapeException>().With.Message.Contains("end in (3), but got (2, 4)"));
        Assert.That(() => Run(new GroupNorm(1, 3), [2, 4], new float[8], true), Throws.TypeOf<ShapeException>().With.Message.Contains("3 channels, but got (2, 4)"));
    }
}
