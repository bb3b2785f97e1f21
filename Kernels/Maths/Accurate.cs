using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Elementary functions written once over a lane, the same on every route. The bounds are in units of the last place of the
/// exact result, tested at every lane width; results below 1.7e-38 (the smallest normal number is 1.2e-38) may be flushed to 0.
/// NaN gives NaN. Polynomials are minimax fits of this project, by Remez' exchange, for the ranges stated beside them.
/// Source: Cody and Waite (1980), "Software manual for the elementary functions", for the reductions.
/// </summary>
public static partial class Accurate
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts; the upper one has 9 bits, so that n times it is exact without a fused multiply-add.
    private const float Ln2Upper = 0.693359375f;
    private const float Ln2Lower = -2.12194440e-4f;

    /// <summary>e to the x, within 2 ulp; 0 below -87, +inf above 88.73.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x) where T : struct, ILane<T>
    {
        // Outside this range the result is 0 or +inf, and the power of two would leave its own range; NaN passes both.
        x = T.Min(T.Constant(89f), T.Max(T.Constant(-87.6f), x));
        var n = T.Round(x * T.Constant(Log2E));
        var r = Remainder(x, n);
        // Twice exp(r), so that the power of two, one less, exists up to the overflow.
        var two = T.Constant(2f);
        var p = T.MultiplyAdd(T.MultiplyAdd(TwiceExpTail(r), r, two), r, two);
        return p * T.PowerOfTwo(n - T.One);
    }

    /// <summary>e to the x, less one, within 2 ulp; -1 below -17.4, +inf above 88.73.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Expm1<T>(T x) where T : struct, ILane<T>
    {
        x = T.Min(T.Constant(89f), T.Max(T.Constant(-20f), x));
        var n = T.Round(x * T.Constant(Log2E));
        var p = Expm1Near(Remainder(x, n));
        // Half of 2^n p + (2^n - 1), for the same reason as in Exp.
        var half = T.PowerOfTwo(n - T.One);
        var y = T.MultiplyAdd(half, p, half - T.Constant(0.5f));
        return y + y;
    }

    /// <summary>Hyperbolic tangent, within 3 ulp, from m = exp(2x) - 1 as m / (m + 2): one formula for every x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T x) where T : struct, ILane<T>
    {
        x = T.Min(T.Constant(10f), T.Max(T.Constant(-10f), x));
        x += x;
        var n = T.Round(x * T.Constant(Log2E));
        var p = Expm1Near(Remainder(x, n));
        var scale = T.PowerOfTwo(n);
        var m = T.MultiplyAdd(scale, p, scale - T.One);
        return m / (m + T.Constant(2f));
    }

    /// <summary>Logistic sigmoid 1 / (1 + exp(-x)), within 3 ulp; 0 below -88.73, 1 above 17.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x) where T : struct, ILane<T> => T.One / (T.One + Exp(-x));

    // x - n ln 2, with |n ln 2 - x| < 0.347.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Remainder<T>(T x, T n) where T : struct, ILane<T> =>
        T.MultiplyAdd(n, T.Constant(-Ln2Lower), T.MultiplyAdd(n, T.Constant(-Ln2Upper), x));

    // 2 (exp(r) - 1 - r) / r^2 for |r| < 0.347; exp(r) - 1 comes out to 2^-26.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T TwiceExpTail<T>(T r) where T : struct, ILane<T>
    {
        var q = T.MultiplyAdd(T.Constant(2f * 0.00138825097f), r, T.Constant(2f * 0.00836658012f));
        q = T.MultiplyAdd(q, r, T.Constant(2f * 0.0416672006f));
        q = T.MultiplyAdd(q, r, T.Constant(2f * 0.166665435f));
        return T.MultiplyAdd(q, r, T.Constant(2f * 0.49999997f));
    }

    // exp(r) - 1 for |r| < 0.347, to 2^-28.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Expm1Near<T>(T r) where T : struct, ILane<T>
    {
        var q = T.MultiplyAdd(T.Constant(0.00019845886f), r, T.Constant(0.00139407197f));
        q = T.MultiplyAdd(q, r, T.Constant(0.00833338965f));
        q = T.MultiplyAdd(q, r, T.Constant(0.0416663587f));
        q = T.MultiplyAdd(q, r, T.Constant(0.166666657f));
        q = T.MultiplyAdd(q, r, T.Constant(0.5f));
        return T.MultiplyAdd(q * r, r, r);
    }
}
