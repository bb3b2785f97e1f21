using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

public static partial class Accurate
{
    /// <summary>Natural logarithm, within 2 ulp; -inf at 0, NaN below, right for the numbers below the smallest normal one too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log<T>(T x) where T : struct, ILane<T>
    {
        // A number below the smallest normal one has no exponent to read: it is lifted by 2^23.
        var tiny = T.Constant(1.17549435e-38f);
        var normal = T.WhereGreater(tiny, x, x * T.Constant(8388608f), x);
        var shift = T.WhereGreater(tiny, x, T.Constant(-23f), T.Zero);
        var y = LogOfSum(normal, T.Zero, shift);
        y = T.WhereGreater(x, T.Constant(float.MaxValue), x, y);
        return T.WhereGreater(x, T.Zero, y, T.WhereEqual(x, T.Zero, T.Constant(float.NegativeInfinity), T.Constant(float.NaN)));
    }

    /// <summary>log(1 + x), within 2 ulp; -inf at -1, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log1p<T>(T x) where T : struct, ILane<T>
    {
        var sum = T.One + x;
        // What the addition lost (Knuth's two-sum): without it log1p(1e-8) would be 0.
        var part = sum - T.One;
        var lost = (T.One - (sum - part)) + (x - part);
        var y = LogOfSum(sum, lost, T.Zero);
        y = T.WhereGreater(x, T.Constant(float.MaxValue), x, y);
        var minusOne = T.Constant(-1f);
        return T.WhereGreater(x, minusOne, y, T.WhereEqual(x, minusOne, T.Constant(float.NegativeInfinity), T.Constant(float.NaN)));
    }

    // log(x + lost) + shift ln 2 for normal x > 0 and |lost| below an ulp of x. x = m 2^e with m in [0.707, 1.414), so that
    // near x = 1 e is 0 and nothing cancels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T LogOfSum<T>(T x, T lost, T shift) where T : struct, ILane<T>
    {
        var e = T.Exponent(x);
        // Twice 2^-e, since e may be 127 and 2^-127 does not exist.
        var scale = T.PowerOfTwo(T.One - e);
        var m = x * scale;
        var c = lost * scale;
        var upper = T.Constant(2.82842708f);
        var fit = T.WhereGreater(m, upper, T.Constant(0.25f), T.Constant(0.5f));
        e = T.WhereGreater(m, upper, e + T.One, e) + shift;
        m *= fit;
        c *= fit;
        var f = (m - T.One) + c;

        // (log(1 + f) - f + f^2 / 2) / f^3 for f in [-0.293, 0.415]; log(1 + f) comes out to 2^-27.
        var q = T.MultiplyAdd(T.Constant(-0.0763461068f), f, T.Constant(0.127617508f));
        q = T.MultiplyAdd(q, f, T.Constant(-0.131602228f));
        q = T.MultiplyAdd(q, f, T.Constant(0.142017379f));
        q = T.MultiplyAdd(q, f, T.Constant(-0.16623351f));
        q = T.MultiplyAdd(q, f, T.Constant(0.200012282f));
        q = T.MultiplyAdd(q, f, T.Constant(-0.250008225f));
        q = T.MultiplyAdd(q, f, T.Constant(0.333333313f));
        var square = f * f;
        var tail = T.MultiplyAdd(e, T.Constant(Ln2Lower), square * (q * f));
        tail = T.MultiplyAdd(square, T.Constant(-0.5f), tail);
        return T.MultiplyAdd(e, T.Constant(Ln2Upper), f + tail);
    }
}
