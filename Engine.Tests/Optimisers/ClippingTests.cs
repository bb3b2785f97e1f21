using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Clipping of gradients: norm, direction, values, and gradients that are no numbers.</summary>
[Notes("4.2.2", "Exploding gradient problem")]
public sealed class ClippingTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    /// <summary>The change that one step of plain descent with rate 1 makes: minus the clipped gradient.</summary>
    private float[] Change(float[] gradient, Optimiser optimiser)
    {
        var a = new Parameter("a", [2, 3], Inits.Zeros);
        var b = new Parameter("b", [gradient.Length - 6], Inits.Zeros);
        var ga = new Parameter("ga", a.Shape, Inits.Values(gradient[..6]), trainable: false);
        var gb = new Parameter("gb", b.Shape, Inits.Values(gradient[6..]), trainable: false);
        device.Compile(graph => graph.Minimise((a * ga).Sum() + (b * gb).Sum(), [a, b], optimiser)).Run();
        return [.. a.ToArray(), .. b.ToArray()];
    }

    private static float[] Gradient(float scale) => [.. Enumerable.Range(0, 11).Select(i => scale * MathF.Sin(3 * i + 1))];

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));

    [TestCase(1f)]
    [TestCase(1e20f)]
    public void The_norm_over_all_parameters_is_cut_to_the_limit_and_the_direction_kept(float scale)
    {
        var gradient = Gradient(scale);
        var change = Change(gradient, new Sgd(1) { ClipNorm = 0.5f });
        Assert.That(Norm(change), Is.EqualTo(0.5).Within(1e-6));
        var factor = -0.5 / Norm(gradient);
        for (var i = 0; i < gradient.Length; i++)
            Assert.That(change[i], Is.EqualTo(gradient[i] * factor).Within(1e-6));
    }

    [Test]
    public void A_small_gradient_passes_unchanged()
    {
        var gradient = Gradient(0.01f);
        Assert.That(Change(gradient, new Sgd(1) { ClipNorm = 0.5f }), Is.EqualTo(gradient.Select(value => -value)));
    }

    [Test]
    public void No_gradient_is_no_change_and_no_division_by_nothing() =>
        Assert.That(Change(Gradient(0), new Sgd(1) { ClipNorm = 0.5f }), Is.All.EqualTo(0f));

    [TestCase(0f)]
    [TestCase(-1f)]
    [TestCase(float.NaN)]
    public void A_limit_of_values_that_is_none_is_refused(float limit) =>
        Assert.That(() => Change(Gradient(1), new Sgd(1) { ClipValue = limit }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("above 0"));

    [Test]
    public void The_norm_before_clipping_can_be_read()
    {
        var sgd = new Sgd(1) { ClipNorm = 0.5f };
        Change(Gradient(2), sgd);
        Assert.That(sgd.GradientNorm, Is.EqualTo(Norm(Gradient(2))).Within(1e-5));
    }

    [Test]
    public void Values_are_cut_one_by_one()
    {
        var gradient = Gradient(1);
        Assert.That(Change(gradient, new Sgd(1) { ClipValue = 0.3f }), Is.EqualTo(gradient.Select(value => -Math.Clamp(value, -0.3f, 0.3f))).Within(1e-7));
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void A_gradient_that_is_no_number_is_refused_and_changes_nothing(float bad)
    {
        var p = new Parameter("p", [3], Inits.Ones);
        var g = new Parameter("g", [3], Inits.Values(1, bad, 2), trainable: false);
        var step = device.Compile(graph => graph.Minimise((p * g).Sum(), [p], new Adam(1) { ClipNorm = 1 }));
        Assert.That(() => step.Run(), Throws.TypeOf<BadValueException>().With.Message.Contains("norm"));
        Assert.That(p.ToArray(), Is.All.EqualTo(1f));
    }

    [Test]
    public void Limits_that_are_none_are_refused() =>
        Assert.That(() => Change(Gradient(1), new Sgd(1) { ClipNorm = -1 }), Throws.TypeOf<ArgumentOutOfRangeException>());
}
