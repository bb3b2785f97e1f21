using GpuNN.Kernels;
using MathNet.Numerics;

namespace GpuNN.Tests;

using GpuNN.Pointwise;

/// <summary>The bounds that <see cref="Accurate"/> states, over dense sweeps of the floats, at every lane width.</summary>
[TestFixtureSource(typeof(OnLanes), nameof(OnLanes.Widths)), Category("Kernels")]
public sealed class AccurateTests(int width)
{
    private const float MayFlush = 1.7e-38f;

    [Test]
    public void Exp_is_within_2_ulp() => Bound<Exp>(Math.Exp, 2, -104, 90);

    [Test]
    public void Expm1_is_within_2_ulp() => Bound<Expm1>(ExactExpm1, 2, -30, 90);

    [Test]
    public void Log_is_within_2_ulp() => Bound<Log>(x => Math.Log(x), 2, 0, float.MaxValue);

    [Test]
    public void Log1p_is_within_2_ulp() => Bound<Log1p>(ExactLog1p, 2, -0.99999994f, float.MaxValue);

    [Test]
    public void Tanh_is_within_3_ulp() => Bound<Tanh>(Math.Tanh, 3, -12, 12);

    [Test]
    public void Sigmoid_is_within_3_ulp() => Bound<Sigmoid>(x => 1 / (1 + Math.Exp(-x)), 3, -87.3f, 30);

    [Test]
    public void Erf_is_within_2_ulp() => Bound<Erf>(SpecialFunctions.Erf, 2, -5, 5);

    [Test]
    public void Results_too_small_for_a_normal_number_may_be_0_and_nothing_else()
    {
        var x = Enumerable.Range(0, 1000).Select(i => -86.9f - i * 0.02f).ToArray();
        foreach (var y in OnLanes.Values<Exp>(x, width))
            Assert.That(y, Is.InRange(0f, 2e-38f));
    }

    [Test]
    public void Special_values_are_right()
    {
        var infinity = float.PositiveInfinity;
        float[] x = [float.NaN, infinity, -infinity, 0f, 1000f, -1000f, float.MaxValue, -float.MaxValue];
        Assert.Multiple(() =>
        {
            Assert.That(OnLanes.Values<Exp>(x, width), Is.EqualTo(new[] { float.NaN, infinity, 0, 1, infinity, 0, infinity, 0 }));
            Assert.That(OnLanes.Values<Expm1>(x, width), Is.EqualTo(new[] { float.NaN, infinity, -1, 0, infinity, -1, infinity, -1 }));
            Assert.That(OnLanes.Values<Tanh>(x, width), Is.EqualTo(new[] { float.NaN, 1, -1, 0, 1, -1, 1, -1 }));
            Assert.That(OnLanes.Values<Sigmoid>(x, width), Is.EqualTo(new[] { float.NaN, 1, 0, 0.5f, 1, 0, 1, 0 }));
            Assert.That(OnLanes.Values<Erf>(x, width), Is.EqualTo(new[] { float.NaN, 1, -1, 0, 1, -1, 1, -1 }));

            float[] positive = [float.NaN, infinity, -infinity, 0f, -0f, -1f, 1f, float.Epsilon];
            var log = new[] { float.NaN, infinity, float.NaN, -infinity, -infinity, float.NaN, 0, -103.278931f };
            Assert.That(OnLanes.Values<Log>(positive, width), Is.EqualTo(log));
            float[] above = [float.NaN, infinity, -infinity, 0f, -1f, -1.0000001f, float.Epsilon, -1e-30f];
            var log1p = new[] { float.NaN, infinity, float.NaN, 0, -infinity, float.NaN, float.Epsilon, -1e-30f };
            Assert.That(OnLanes.Values<Log1p>(above, width), Is.EqualTo(log1p));
        });
    }

    [Test]
    public void Sigmoids_of_opposite_numbers_add_up_to_one()
    {
        var x = Enumerable.Range(0, 2000).Select(i => i * 0.01f).ToArray();
        var up = OnLanes.Values<Sigmoid>(x, width);
        var down = OnLanes.Values<Sigmoid>([.. x.Select(v => -v)], width);
        for (var i = 0; i < x.Length; i++)
            Assert.That(up[i] + down[i], Is.EqualTo(1f).Within(1.2e-7f));
    }

    private static double ExactExpm1(double x) =>
        Math.Abs(x) < 1e-3 ? x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5)))) : Math.Exp(x) - 1;

    private static double ExactLog1p(double x) =>
        Math.Abs(x) < 1e-3 ? x * (1 - x * (0.5 - x * (1.0 / 3 - x * (0.25 - x * (0.2 - x / 6))))) : Math.Log(1 + x);

    private void Bound<F>(Func<double, double> exact, double ulps, float low, float high) where F : struct, IPointwise
    {
        var x = Sweep(low, high, 120_000);
        var y = OnLanes.Values<F>(x, width);
        var worst = 0.0;
        var at = 0f;
        for (var i = 0; i < x.Length; i++)
        {
            var wanted = exact(x[i]);
            if (Math.Abs(wanted) < MayFlush || Math.Abs(wanted) > float.MaxValue)
                continue;
            var error = Math.Abs(y[i] - wanted) / Math.ScaleB(1, Math.ILogB(wanted) - 23);
            if (!(error <= worst))
                (worst, at) = (error, x[i]);
        }

        TestContext.Out.WriteLine($"{typeof(F).Name} width {width}: {worst:F2} ulp at {at:R}");
        Assert.That(worst, Is.LessThanOrEqualTo(ulps), $"at {at:R}");
    }

    // Half of the points evenly spaced in value within 100 of 0, half evenly spaced over the bit patterns, so that every binade is met.
    private static float[] Sweep(float low, float high, int count)
    {
        var (near, far) = (Math.Max(low, -100f), Math.Min(high, 100f));
        var even = Enumerable.Range(0, count).Select(i => near + (far - near) * (float)((i + 0.37) / count));
        var stride = int.MaxValue / count;
        var bits = Enumerable.Range(0, count).Select(i => BitConverter.Int32BitsToSingle(i * stride + i % stride));
        return [.. even, .. bits.Concat(bits.Select(v => -v)).Where(v => v >= low && v <= high && Math.Abs(v) >= MayFlush)];
    }
}
