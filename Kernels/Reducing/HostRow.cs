using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>What host forms over rows share, for any lane width.</summary>
internal static unsafe class HostRow
{
    /// <summary>Reduces a row in eight vectors of partial results.</summary>
    [MethodImpl(Hot.Loop)]
    public static float Reduce<TReduction, T>(float* x, int count) where TReduction : struct, IReduction where T : struct, IHostLane<T>
    {
        var w = T.Width;
        var total = T.Constant(TReduction.Identity);
        var at = 0;
        if (count >= 8 * w)
        {
            T a = T.Load(x), b = T.Load(x + w), c = T.Load(x + 2 * w), d = T.Load(x + 3 * w);
            T e = T.Load(x + 4 * w), f = T.Load(x + 5 * w), g = T.Load(x + 6 * w), h = T.Load(x + 7 * w);
            for (at = 8 * w; at + 8 * w <= count; at += 8 * w)
            {
                var p = x + at;
                a = TReduction.Combine(a, T.Load(p));
                b = TReduction.Combine(b, T.Load(p + w));
                c = TReduction.Combine(c, T.Load(p + 2 * w));
                d = TReduction.Combine(d, T.Load(p + 3 * w));
                e = TReduction.Combine(e, T.Load(p + 4 * w));
                f = TReduction.Combine(f, T.Load(p + 5 * w));
                g = TReduction.Combine(g, T.Load(p + 6 * w));
                h = TReduction.Combine(h, T.Load(p + 7 * w));
            }
            total = TReduction.Combine(
                TReduction.Combine(TReduction.Combine(a, b), TReduction.Combine(c, d)),
                TReduction.Combine(TReduction.Combine(e, f), TReduction.Combine(g, h)));
        }
        for (; at + w <= count; at += w)
            total = TReduction.Combine(total, T.Load(x + at));
        if (at < count)
            total = TReduction.Combine(total, T.LoadPart(x + at, count - at, TReduction.Identity));
        return TReduction.Fold(total);
    }
}
