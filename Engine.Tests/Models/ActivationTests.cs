namespace GpuNN.Tests;

/// <summary>Activations without parameters as layers: what the notes say of each, and its edges.</summary>
[Notes("4.1", "Link/activation functions: regression")]
[Notes("4", "Addressing gradient problems with the rectified linear unit")]
public sealed class ActivationTests
{
    private const float Infinity = float.PositiveInfinity;
    private static readonly float[] edges = [float.NaN, 0, -0f, Infinity, -Infinity];

    [Test, Notes("4.1.1", "Absolute value rectification")]
    public void The_absolute_value_is_even_and_has_no_slope_at_0()
    {
        float[] x = [-3, -0.5f, 0, -0f, 0.5f, 3];
        var (y, dx) = LayerRun.WithGradient(new Abs(), [6], x);
        Assert.That(y, Is.EqualTo(new[] { 3, 0.5f, 0, 0, 0.5f, 3 }));
        Assert.That(dx, Is.EqualTo(new float[] { -1, -1, 0, 0, 1, 1 }));
        Assert.That(LayerRun.Of(new Abs(), [5], edges), Is.EqualTo(new[] { float.NaN, 0, 0, Infinity, Infinity }));
    }

    [Test, Notes("4.1.2", "Rectified linear unit: the function"), Notes("4.1.2", "Rectified linear unit: the derivative")]
    public void ReLU_has_no_slope_at_0_and_hides_no_NaN()
    {
        var (y, dx) = LayerRun.WithGradient(new Relu(), [6], [-2, -1e-30f, 0, -0f, 1e-30f, 2]);
        Assert.That(y, Is.EqualTo(new[] { 0, 0, 0, 0, 1e-30f, 2 }));
        Assert.That(dx, Is.EqualTo(new float[] { 0, 0, 0, 0, 1, 1 }));
        Assert.That(LayerRun.Of(new Relu(), [5], edges), Is.EqualTo(new[] { float.NaN, 0, 0, Infinity, 0 }));
    }

    [Test, Notes("4.1.2", "Rectified linear unit: notes")]
    public void Half_of_all_rectifiers_are_silent_under_symmetric_weights()
    {
        const int Items = 200, Units = 500;
        using var device = Device.On(new Kernels.HostRoute(2));
        var layers = new Sequential(new Dense(20, Units, init: Inits.HeNormal), new Relu());
        var random = new Random(3);
        var set = DataSet.Of([.. Enumerable.Range(0, Items * 20).Select(_ => 2 * random.NextSingle() - 1)], [20]);
        var silent = new Sparsity().Of(device, layers, set);
        // The units are independent given their weights; items see the same units, so these are the draws that count.
        Assert.That(silent, Is.EqualTo(0.5).Within(5 * 0.5 / Math.Sqrt(Units)));
    }

    [Test, Notes("4.1.6", "Softplus: the function"), Notes("4.1.6", "Softplus: notes")]
    public void Softplus_overflows_nowhere_and_is_its_argument_above_its_mirror()
    {
        float[] x = [100, -20, 1e4f, -1e4f, 3, -3];
        var y = LayerRun.Of(new Softplus(), [6], x);
        Assert.That(y[..4], Is.EqualTo(new[] { 100, 2.0611537e-9f, 1e4f, 0 }).Within(1e-6).Percent);
        Assert.That(y[4] - y[5], Is.EqualTo(3).Within(1e-6));
        Assert.That(LayerRun.Of(new Softplus(), [5], edges), Is.EqualTo(new[] { float.NaN, MathF.Log(2), MathF.Log(2), Infinity, 0 }).Within(1e-6));
    }

    [Test, Notes("4.1.6", "Softplus: the derivative")]
    public void The_slope_of_softplus_is_the_sigmoid()
    {
        float[] x = [-200, -3, -0.25f, 0, 0.5f, 4, 200];
        foreach (var beta in new[] { 1f, 0.5f, 4f })
        {
            var (y, dx) = LayerRun.WithGradient(new Softplus(beta), [7], x);
            Assert.That(dx, Is.EqualTo(x.Select(v => 1 / (1 + Math.Exp(-beta * v)))).Within(1e-6));
            Assert.That(y, Is.EqualTo(x.Select(v => (Math.Max(beta * v, 0) + Math.Log(1 + Math.Exp(-Math.Abs(beta * v)))) / beta)).Within(2e-6));
        }
    }

    [Test, Notes("4.1.7", "Exponential linear unit")]
    public void ELU_is_precise_near_0_and_flat_far_below()
    {
        var y = LayerRun.Of(new Elu(), [4], [-1e-8f, -1, -104, 2]);
        Assert.That(y[0], Is.EqualTo(-1e-8f).Within(1e-5).Percent, "exp(x) - 1 as it stands would be 0");
        Assert.That(y[1..], Is.EqualTo(new[] { Math.Exp(-1) - 1, -1, 2 }).Within(1e-6));
        Assert.That(LayerRun.Of(new Elu(1.5f), [5], edges), Is.EqualTo(new[] { float.NaN, 0, 0, Infinity, -1.5f }));
    }

    [TestCase(1f), TestCase(0.5f), TestCase(2f), TestCase(0f), TestCase(-0.5f)]
    [Notes("4.1.7", "Exponential linear unit")]
    public void The_slope_of_ELU_at_0_is_that_from_the_left(float alpha)
    {
        float[] x = [-3, -1e-3f, 0, -0f, 1e-3f, 3];
        Assert.That(LayerRun.WithGradient(new Elu(alpha), [6], x).Dx, Is.EqualTo(x.Select(v => v > 0 ? 1 : alpha * Math.Exp(v))).Within(1e-6));
    }

    [Test]
    public void SELU_keeps_mean_0_and_variance_1()
    {
        const int Items = 4000, Width = 100, Depth = 8;
        using var device = Device.On(new Kernels.HostRoute(2));
        var layers = new Sequential([.. Enumerable.Range(0, Depth).SelectMany(_ => new Layer[] { new Dense(Width, Width, init: Inits.LeCunNormal), new Selu() })]);
        var function = device.Compile(graph => layers.Apply(graph.Normal([Items, Width])));
        var y = function.Run()[0].ToArray();
        var mean = y.Average(v => (double)v);
        Assert.That(mean, Is.Zero.Within(0.15));
        Assert.That(y.Average(v => (v - mean) * (v - mean)), Is.EqualTo(1).Within(0.25), $"after {Depth} layers");
    }

    [Test]
    public void GELU_and_SiLU_are_their_functions()
    {
        float[] x = [-4, -1, 0, 0.5f, 3];
        Assert.That(LayerRun.Of(new Gelu(), [5], x), Is.EqualTo(x.Select(v => v * MathNet.Numerics.Distributions.Normal.CDF(0, 1, v))).Within(1e-6));
        Assert.That(LayerRun.Of(new Silu(), [5], x), Is.EqualTo(x.Select(v => v / (1 + Math.Exp(-v)))).Within(1e-6));
    }

    [Test]
    public void Parameters_that_make_no_sense_are_refused()
    {
        foreach (var beta in new[] { 0, -1, float.NaN, Infinity })
            Assert.That(() => new Softplus(beta), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Softplus: beta must be a finite number above 0"));
        Assert.That(() => new Elu(float.NaN), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Elu: alpha must be a finite number"));
    }
}
