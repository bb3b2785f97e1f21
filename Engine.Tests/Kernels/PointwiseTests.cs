using System.Reflection;
using GpuNN.Kernels;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace GpuNN.Tests;

using GpuNN.Pointwise;

/// <summary>Every function of one number: values, slopes and second slopes against double precision, at every lane width.</summary>
[Category("Kernels")]
public sealed class PointwiseTests
{
    private static readonly double RootTwo = Math.Sqrt(2);

    public static readonly TestCaseData[] Rows =
    [
        Row<Identity>(x => x),
        Row<Negate>(x => -x),
        Row<Abs>(Math.Abs),
        Row<Relu>(x => Math.Max(x, 0)),
        Row<Sigmoid>(x => 1 / (1 + Math.Exp(-x))),
        Row<Tanh>(Math.Tanh),
        Row<Exp>(Math.Exp),
        Row<Expm1>(x => Math.Exp(x) - 1),
        Row<Log>(x => Math.Log(x), low: 0.01),
        Row<Log1p>(x => Math.Log(1 + x), low: -0.95),
        Row<Sqrt>(Math.Sqrt, low: 0.05),
        Row<Rsqrt>(x => 1 / Math.Sqrt(x), low: 0.05),
        Row<Square>(x => x * x),
        Row<Reciprocal>(x => 1 / x, low: 0.1),
        Row<Sign>(x => Math.Sign(x)),
        Row<Step>(x => x > 0 ? 1 : 0),
        Row<Round>(Math.Round),
        Row<Softplus>(x => Math.Log(1 + Math.Exp(x))),
        Row<Softsign>(x => x / (1 + Math.Abs(x))),
        Row<Erf>(SpecialFunctions.Erf),
        Row<Gelu>(x => x * (1 + SpecialFunctions.Erf(x / RootTwo)) / 2),
        Row<Silu>(x => x / (1 + Math.Exp(-x))),
        Row<Selu>(x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1))),
        Row<NoisyReluMean>(NoisyMean),
        Row<Bump>(x => Math.Exp(-x * x)),
    ];

    /// <summary>Mean of max(0, x + n) over n of N(0, sigmoid(x)).</summary>
    public static double NoisyMean(double x)
    {
        var deviation = Math.Sqrt(1 / (1 + Math.Exp(-x)));
        return deviation * Normal.PDF(0, 1, x / deviation) + x * Normal.CDF(0, 1, x / deviation);
    }

    /// <summary>A user's function: no slope of its own, no hint to the compiler.</summary>
    public readonly struct Bump : IPointwise
    {
        public static T Value<T>(T x) where T : struct, ILane<T> => T.Exp(-x * x);
    }

    private readonly struct Hidden : IPointwise
    {
        public static T Value<T>(T x) where T : struct, ILane<T> => x;
    }

    [TestCaseSource(nameof(Rows))]
    public void Values_and_slopes_agree_with_double_precision(Check check) => check.Run();

    [Test]
    public void Every_function_of_one_number_has_a_row()
    {
        var tested = Rows.Select(row => ((Check)row.Arguments[0]!).Function).ToHashSet();
        var missing = typeof(Relu).Assembly.GetTypes().Where(type =>
            type.IsValueType && !type.IsGenericType && typeof(IPointwise).IsAssignableFrom(type) && !tested.Contains(type));
        Assert.That(missing, Is.Empty);
    }

    [TestCaseSource(typeof(OnLanes), nameof(OnLanes.Widths))]
    public void Edges_are_as_stated(int width)
    {
        float[] x = [float.NaN, 0f, float.PositiveInfinity, float.NegativeInfinity];
        Assert.Multiple(() =>
        {
            Assert.That(OnLanes.Values<Relu>(x, width), Is.EqualTo(new[] { float.NaN, 0, float.PositiveInfinity, 0 }));
            Assert.That(OnLanes.Values<SlopeOf<Relu>>(x, width), Is.EqualTo(new[] { 0f, 0, 1, 0 }));
            Assert.That(OnLanes.Values<SlopeOf<Abs>>(x, width)[1], Is.Zero);
            Assert.That(OnLanes.Values<Sign>(x, width), Is.EqualTo(new[] { float.NaN, 0, 1, -1 }));
            Assert.That(OnLanes.Values<Step>(x, width), Is.EqualTo(new[] { 0f, 0, 1, 0 }));
            Assert.That(OnLanes.Values<Softplus>([1000f, -1000f], width), Is.EqualTo(new[] { 1000f, 0 }));
            Assert.That(OnLanes.Values<Selu>(x, width), Is.EqualTo(new[] { float.NaN, 0, float.PositiveInfinity, -1.7580993f }).Within(1e-6));
            Assert.That(OnLanes.Values<NoisyReluMean>([float.NaN, float.PositiveInfinity, float.NegativeInfinity, -1e9f, -30f, 1e9f], width),
                Is.EqualTo(new[] { float.NaN, float.PositiveInfinity, 0, 0, 0, 1e9f }));
            Assert.That(OnLanes.Values<DualSlopeOf<NoisyReluMean>>([-1e9f, -30f, 1e9f], width), Is.EqualTo(new[] { 0f, 0, 1 }));
            Assert.That(OnLanes.Values<Round>([0.5f, 1.5f, -2.5f, 1e9f, 8388609f], width), Is.EqualTo(new[] { 0f, 2, -2, 1e9f, 8388609f }));
        });
    }

    [Test]
    public void A_function_that_is_not_public_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => PointwiseMethods.Resolve(typeof(Hidden), PointwisePart.Value, typeof(ScalarLane)));
        Assert.That(error!.Message, Does.Contain("must be public").And.Contain("Hidden").And.Contain("Make the struct"));
    }

    [Test]
    public void A_slope_of_a_pair_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => PointwiseMethods.Resolve(typeof(Add), PointwisePart.Slope, typeof(ScalarLane)));
        Assert.That(error!.Message, Does.Contain("Only a function of one number has a slope"));
    }

    [Test]
    public void A_cost_counts_the_functions_inside()
    {
        Assert.That(PointwiseCost.Of(typeof(Bump), PointwisePart.Value).Transcendentals, Is.EqualTo(1));
        Assert.That(PointwiseCost.Of(typeof(Softplus), PointwisePart.Value).Transcendentals, Is.EqualTo(2));
        Assert.That(PointwiseCost.Of(typeof(Add), PointwisePart.Value), Is.EqualTo(new PointwiseCost(1, 0, Uses: 0b11)));
        Assert.That(PointwiseCost.Of(typeof(Relu), PointwisePart.Slope).Uses, Is.EqualTo(0b10), "ReLU's slope needs its result alone");
        Assert.That(PointwiseCost.Of(typeof(Softplus), PointwisePart.Slope).Uses, Is.EqualTo(0b01));
    }

    private static TestCaseData Row<F>(Func<double, double> exact, double low = -6, double high = 6) where F : struct, IPointwise =>
        new TestCaseData(new Check<F>(exact, low, high)).SetArgDisplayNames(typeof(F).Name);

    public abstract class Check
    {
        public abstract Type Function { get; }

        public abstract void Run();
    }

    private sealed class Check<F>(Func<double, double> exact, double low, double high) : Check where F : struct, IPointwise
    {
        public override Type Function => typeof(F);

        public override void Run()
        {
            // Not on a kink: 0 and the halves.
            var x = Enumerable.Range(0, 333).Select(i => (float)(low + (high - low) * (i + 0.4137) / 333)).ToArray();
            foreach (var width in OnLanes.Widths)
            {
                Agree(OnLanes.Values<F>(x, width), x, exact, 2e-6, $"value, width {width}");
                Agree(Called(PointwiseMethods.SlopeOf(typeof(F)), x, width), x, Slope(exact, 1e-5), 1e-5, $"slope, width {width}");
                var again = PointwiseMethods.SlopeOf(PointwiseMethods.SlopeOf(typeof(F)));
                Agree(Called(again, x, width), x, v => (exact(v + 1e-4) - 2 * exact(v) + exact(v - 1e-4)) / 1e-8, 2e-5, $"second slope, width {width}");
            }
        }

        private static Func<double, double> Slope(Func<double, double> f, double h) => x => (f(x + h) - f(x - h)) / (2 * h);

        private static float[] Called(Type function, float[] x, int width) => (float[])typeof(OnLanes)
            .GetMethods(BindingFlags.Public | BindingFlags.Static).Single(method => method.Name == nameof(OnLanes.Values))
            .MakeGenericMethod(function).Invoke(null, [x, width])!;

        private static void Agree(float[] y, float[] x, Func<double, double> wanted, double tolerance, string what)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var exact = wanted(x[i]);
                if (!(Math.Abs(y[i] - exact) <= tolerance * (1 + Math.Abs(exact))))
                    Assert.Fail($"{typeof(F).Name}, {what}, at {x[i]:R}: {y[i]:R} instead of {exact:R}");
            }
        }
    }
}
