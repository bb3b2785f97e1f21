using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Dual numbers: each rule against the derivative by hand, and nesting.</summary>
[Category("Kernels")]
public sealed class DualTests
{
    private static Dual<ScalarLane> X(float x) => new(new(x), new(1f));

    [Test]
    public void Rules_of_arithmetic() => Assert.Multiple(() =>
    {
        var x = X(3f);
        var two = Dual<ScalarLane>.Constant(2f);
        Is(x + two, 5, 1);
        Is(x - two, 1, 1);
        Is(two - x, -1, -1);
        Is(x * x, 9, 6);
        Is(two / x, 2f / 3, -2f / 9);
        Is(-x, -3, -1);
        Is(Dual<ScalarLane>.MultiplyAdd(x, x, x), 12, 7);
        Is(Dual<ScalarLane>.Max(x, two), 3, 1);
        Is(Dual<ScalarLane>.Min(x, two), 2, 0);
        Is(Dual<ScalarLane>.Abs(-x), 3, 1);
        Is(Dual<ScalarLane>.Abs(X(0)), 0, 0);
        Is(Dual<ScalarLane>.WhereGreater(x, two, x * x, x), 9, 6);
        Is(Dual<ScalarLane>.WhereEqual(x, two, x * x, x), 3, 1);
        Is(Dual<ScalarLane>.Round(X(2.6f)), 3, 0);
        Is(Dual<ScalarLane>.PowerOfTwo(x), 8, 8 * Math.Log(2));
        Is(Dual<ScalarLane>.Exponent(x), 1, 0);
    });

    [Test]
    public void Rules_of_functions() => Assert.Multiple(() =>
    {
        var x = X(0.7f);
        Is(Dual<ScalarLane>.Sqrt(x), Math.Sqrt(0.7), 0.5 / Math.Sqrt(0.7));
        Is(Dual<ScalarLane>.Exp(x), Math.Exp(0.7), Math.Exp(0.7));
        Is(Dual<ScalarLane>.Expm1(x), Math.Exp(0.7) - 1, Math.Exp(0.7));
        Is(Dual<ScalarLane>.Log(x), Math.Log(0.7), 1 / 0.7);
        Is(Dual<ScalarLane>.Log1p(x), Math.Log(1.7), 1 / 1.7);
        Is(Dual<ScalarLane>.Tanh(x), Math.Tanh(0.7), 1 - Math.Pow(Math.Tanh(0.7), 2));
        var s = 1 / (1 + Math.Exp(-0.7));
        Is(Dual<ScalarLane>.Sigmoid(x), s, s * (1 - s));
        Is(Dual<ScalarLane>.Erf(x), 0.67780119, 2 / Math.Sqrt(Math.PI) * Math.Exp(-0.49));
    });

    [Test]
    public void Nested_three_deep_they_give_the_third_derivative()
    {
        // d^3/dx^3 of x^2 e^x is (x^2 + 6x + 6) e^x.
        var one = new Dual<ScalarLane>(new(1f), new(0f));
        var x = new Dual<Dual<Dual<ScalarLane>>>(
            new(X(0.5f), one), new(one, Dual<ScalarLane>.Zero));
        var y = x * x * Dual<Dual<Dual<ScalarLane>>>.Exp(x);
        Assert.That(y.Slope.Slope.Slope.Value, NUnit.Framework.Is.EqualTo((0.25 + 3 + 6) * Math.Exp(0.5)).Within(1e-5));
    }

    private static void Is(Dual<ScalarLane> y, double value, double slope)
    {
        Assert.That(y.Value.Value, NUnit.Framework.Is.EqualTo(value).Within(1e-6 * (1 + Math.Abs(value))));
        Assert.That(y.Slope.Value, NUnit.Framework.Is.EqualTo(slope).Within(1e-6 * (1 + Math.Abs(slope))));
    }
}
