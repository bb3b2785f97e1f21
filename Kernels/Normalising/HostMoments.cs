using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Count, mean and sum of squared distances from the mean, put together from parts in double precision.
/// Source: Chan, Golub and LeVeque (1979), "Updating formulae and a pairwise algorithm for computing sample variances".
/// </summary>
internal struct Moments
{
    public double Count;
    public double Mean;
    public double Squares;

    public readonly double Variance => Squares / Count;

    public void Add(double count, double mean, double squares)
    {
        var total = Count + count;
        var away = mean - Mean;
        Mean += away * (count / total);
        Squares += squares + away * away * (Count * count / total);
        Count = total;
    }
}

/// <summary>
/// Sums over runs of numbers, for any lane width. A run is cut into segments that stay in the first cache: each is summed in
/// float, the segments in double.
/// </summary>
internal static unsafe class HostMoments
{
    /// <summary>Numbers of a segment.</summary>
    private const int Segment = 4096;

    /// <summary>Adds a run to the moments.</summary>
    public static void Add<T>(ref Moments moments, float* x, long count) where T : struct, IHostLane<T>
    {
        for (long at = 0; at < count; at += Segment)
            AddSegment<T>(ref moments, x + at, (int)Math.Min(Segment, count - at));
    }

    // Twice over the segment: a mean that need not be exact, then the distances from it, whose own mean corrects it. So nothing cancels,
    // wherever the numbers lie.
    [MethodImpl(Hot.Loop)]
    private static float AddSegment<T>(ref Moments moments, float* x, int count) where T : struct, IHostLane<T>
    {
        var w = T.Width;
        T a = T.Zero, b = T.Zero, c = T.Zero, d = T.Zero;
        var first = T.Constant(x[0]);
        var at = 0;
        for (; at + 4 * w <= count; at += 4 * w)
        {
            a += T.Load(x + at) - first;
            b += T.Load(x + at + w) - first;
            c += T.Load(x + at + 2 * w) - first;
            d += T.Load(x + at + 3 * w) - first;
        }
        for (; at + w <= count; at += w)
            a += T.Load(x + at) - first;
        if (at < count)
            b += T.LoadPart(x + at, count - at, x[0]) - first;
        var middle = x[0] + T.Sum(a + b + (c + d)) / count;

        var centre = T.Constant(middle);
        a = b = c = d = T.Zero;
        T e = T.Zero, f = T.Zero, g = T.Zero, h = T.Zero;
        at = 0;
        for (; at + 4 * w <= count; at += 4 * w)
        {
            T p = T.Load(x + at) - centre, q = T.Load(x + at + w) - centre;
            T r = T.Load(x + at + 2 * w) - centre, s = T.Load(x + at + 3 * w) - centre;
            a += p;
            b += q;
            c += r;
            d += s;
            e = T.MultiplyAdd(p, p, e);
            f = T.MultiplyAdd(q, q, f);
            g = T.MultiplyAdd(r, r, g);
            h = T.MultiplyAdd(s, s, h);
        }
        for (; at < count; at += w)
        {
            var p = (at + w <= count ? T.Load(x + at) : T.LoadPart(x + at, count - at, middle)) - centre;
            a += p;
            e = T.MultiplyAdd(p, p, e);
        }
        double away = T.Sum(a + b + (c + d));
        moments.Add(count, middle + away / count, T.Sum(e + f + (g + h)) - away * away / count);
        return middle;
    }

    /// <summary>Adds a run to the moments, and sum v and sum v x for v = dy gain.</summary>
    public static void AddWeighted<T>(ref Moments moments, ref double sum, ref double product, float* x, float* dy, float* gain, long count) where T : struct, IHostLane<T>
    {
        for (long at = 0; at < count; at += Segment)
        {
            var length = (int)Math.Min(Segment, count - at);
            // Around the segment's own middle nothing cancels; the doubles take it back to 0 exactly enough.
            var middle = AddSegment<T>(ref moments, x + at, length);
            var (v, away) = AddWeighted<T>(x + at, dy + at, gain + at, length, middle);
            sum += v;
            product += away + (double)middle * v;
        }
    }

    [MethodImpl(Hot.Loop)]
    private static (double Sum, double Product) AddWeighted<T>(float* x, float* dy, float* gain, int count, float middle) where T : struct, IHostLane<T>
    {
        var w = T.Width;
        var centre = T.Constant(middle);
        T a = T.Zero, b = T.Zero, c = T.Zero, d = T.Zero;
        var at = 0;
        for (; at + 2 * w <= count; at += 2 * w)
        {
            T p = T.Load(dy + at) * T.Load(gain + at), q = T.Load(dy + at + w) * T.Load(gain + at + w);
            a += p;
            b += q;
            c = T.MultiplyAdd(p, T.Load(x + at) - centre, c);
            d = T.MultiplyAdd(q, T.Load(x + at + w) - centre, d);
        }
        for (; at < count; at += w)
        {
            var left = Math.Min(w, count - at);
            var p = T.LoadPart(dy + at, left, 0) * T.LoadPart(gain + at, left, 0);
            a += p;
            c = T.MultiplyAdd(p, T.LoadPart(x + at, left, middle) - centre, c);
        }
        return (T.Sum(a + b), T.Sum(c + d));
    }

    /// <summary>Adds sum dy and sum dy ((x - mean) - rest) over a run.</summary>
    public static void AddProducts<T>(ref double sum, ref double product, float* x, float* dy, long count, float mean, float rest) where T : struct, IHostLane<T>
    {
        for (long at = 0; at < count; at += Segment)
            AddSegment<T>(ref sum, ref product, x + at, dy + at, (int)Math.Min(Segment, count - at), mean, rest);
    }

    [MethodImpl(Hot.Loop)]
    private static void AddSegment<T>(ref double sum, ref double product, float* x, float* dy, int count, float mean, float rest) where T : struct, IHostLane<T>
    {
        var w = T.Width;
        T m = T.Constant(mean), l = T.Constant(rest);
        T a = T.Zero, b = T.Zero, c = T.Zero, d = T.Zero;
        T e = T.Zero, f = T.Zero, g = T.Zero, h = T.Zero;
        var at = 0;
        for (; at + 4 * w <= count; at += 4 * w)
        {
            T p = T.Load(dy + at), q = T.Load(dy + at + w), r = T.Load(dy + at + 2 * w), s = T.Load(dy + at + 3 * w);
            a += p;
            b += q;
            c += r;
            d += s;
            e = T.MultiplyAdd(p, T.Load(x + at) - m - l, e);
            f = T.MultiplyAdd(q, T.Load(x + at + w) - m - l, f);
            g = T.MultiplyAdd(r, T.Load(x + at + 2 * w) - m - l, g);
            h = T.MultiplyAdd(s, T.Load(x + at + 3 * w) - m - l, h);
        }
        for (; at < count; at += w)
        {
            var whole = at + w <= count;
            var p = whole ? T.Load(dy + at) : T.LoadPart(dy + at, count - at, 0);
            var q = whole ? T.Load(x + at) : T.LoadPart(x + at, count - at, mean);
            a += p;
            e = T.MultiplyAdd(p, q - m - l, e);
        }
        sum += T.Sum(a + b + (c + d));
        product += T.Sum(e + f + (g + h));
    }

    /// <summary>A mean as the nearest float and what is left of it.</summary>
    public static (float Mean, float Left) Split(double mean) => ((float)mean, double.IsFinite(mean) ? (float)(mean - (float)mean) : 0);

    /// <summary>1 / sqrt(variance + epsilon); 0 where both are 0, so that a constant gives its bias.</summary>
    public static float Factor(double variance, double epsilon) => variance + epsilon == 0 ? 0 : (float)(1 / Math.Sqrt(variance + epsilon));
}
