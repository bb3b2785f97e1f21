using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

public static partial class Accurate
{
    /// <summary>Error function 2 / sqrt(pi) times the integral of exp(-t^2) over [0, x], within 2 ulp; 1 in size from 4 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Erf<T>(T x) where T : struct, ILane<T>
    {
        // erf(x) / x - 1 in u = x^2 for |x| < 0.9, to 2^-30.
        var u = x * x;
        var p = T.MultiplyAdd(T.Constant(8.51310469e-05f), u, T.Constant(-0.000817563967f));
        p = T.MultiplyAdd(p, u, T.Constant(0.00520385895f));
        p = T.MultiplyAdd(p, u, T.Constant(-0.0268605091f));
        p = T.MultiplyAdd(p, u, T.Constant(0.112837151f));
        p = T.MultiplyAdd(p, u, T.Constant(-0.376126349f));
        p = T.MultiplyAdd(p, u, T.Constant(0.128379166f));
        var near = T.MultiplyAdd(p, x, x);

        // -log(1 - erf(t)) / t for t in [0.9, 4]; 1 - exp(-t l) comes out to 2^-28. NaN passes the minimum.
        var t = T.Min(T.Constant(4f), T.Abs(x));
        var l = T.MultiplyAdd(T.Constant(5.31349133e-06f), t, T.Constant(-5.01399081e-05f));
        l = T.MultiplyAdd(l, t, T.Constant(-2.6426791e-05f));
        l = T.MultiplyAdd(l, t, T.Constant(0.00286635733f));
        l = T.MultiplyAdd(l, t, T.Constant(-0.02257118f));
        l = T.MultiplyAdd(l, t, T.Constant(0.105165325f));
        l = T.MultiplyAdd(l, t, T.Constant(0.635675251f));
        l = T.MultiplyAdd(l, t, T.Constant(1.12854099f));
        var far = T.One - Exp(-(l * t));
        return T.WhereGreater(t, T.Constant(0.9f), T.WhereGreater(x, T.Zero, far, -far), near);
    }
}
