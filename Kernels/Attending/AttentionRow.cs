using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>The passes over one row of scores on the host, vector by vector.</summary>
internal static unsafe class AttentionRow
{
    /// <summary>x = scale x + mask.</summary>
    [MethodImpl(Hot.Loop)]
    public static void Mask<T>(float* x, float* mask, int count, float scale) where T : struct, IHostLane<T>
    {
        var factor = T.Constant(scale);
        var c = 0;
        for (; c + T.Width <= count; c += T.Width)
            T.Store(x + c, T.MultiplyAdd(T.Load(x + c), factor, T.Load(mask + c)));
        if (c < count)
            T.StorePart(x + c, T.MultiplyAdd(T.LoadPart(x + c, count - c, 0), factor, T.LoadPart(mask + c, count - c, 0)), count - c);
    }

    /// <summary>x = exp(scale x - shift), 0 from count to columns; returns the sum.</summary>
    /// <param name="x">The row; columns are whole vectors.</param>
    /// <param name="count">Keys that are seen.</param>
    /// <param name="columns">Keys that are multiplied with values.</param>
    /// <param name="scale">Factor of the scores.</param>
    /// <param name="shift">What is subtracted.</param>
    [MethodImpl(Hot.Loop)]
    public static float Weights<T>(float* x, int count, int columns, float scale, float shift) where T : struct, IHostLane<T>
    {
        var (factor, less) = (T.Constant(scale), T.Constant(-shift));
        var sum = T.Zero;
        var c = 0;
        for (; c + T.Width <= count; c += T.Width)
        {
            var p = T.Exp(T.MultiplyAdd(T.Load(x + c), factor, less));
            T.Store(x + c, p);
            sum += p;
        }
        if (c < count)
        {
            var p = T.Exp(T.MultiplyAdd(T.LoadPart(x + c, count - c, float.NegativeInfinity), factor, less));
            T.Store(x + c, p);
            sum += p;
            c += T.Width;
        }
        for (; c < columns; c += T.Width)
            T.Store(x + c, T.Zero);
        return T.Sum(sum);
    }

    /// <summary>x = p = exp(scale x - statistic) and d = p (d - own), both 0 from count to columns.</summary>
    /// <param name="x">Scores, then weights; columns are whole vectors.</param>
    /// <param name="d">Gradients of the weights, then of the scores.</param>
    /// <param name="count">Keys that are seen.</param>
    /// <param name="columns">Keys that are multiplied.</param>
    /// <param name="scale">Factor of the scores.</param>
    /// <param name="statistic">Logarithm of the sum of the row's exponentials.</param>
    /// <param name="own">The result's product with its gradient.</param>
    [MethodImpl(Hot.Loop)]
    public static void Slopes<T>(float* x, float* d, int count, int columns, float scale, float statistic, float own) where T : struct, IHostLane<T>
    {
        var (factor, less, mean) = (T.Constant(scale), T.Constant(-statistic), T.Constant(own));
        var c = 0;
        for (; c + T.Width <= count; c += T.Width)
        {
            var p = T.Exp(T.MultiplyAdd(T.Load(x + c), factor, less));
            T.Store(x + c, p);
            T.Store(d + c, p * (T.Load(d + c) - mean));
        }
        if (c < count)
        {
            var p = T.Exp(T.MultiplyAdd(T.LoadPart(x + c, count - c, float.NegativeInfinity), factor, less));
            T.Store(x + c, p);
            T.Store(d + c, p * (T.LoadPart(d + c, count - c, own) - mean));
            c += T.Width;
        }
        for (; c < columns; c += T.Width)
        {
            T.Store(x + c, T.Zero);
            T.Store(d + c, T.Zero);
        }
    }

    /// <summary>Sum of a[c] b[c].</summary>
    [MethodImpl(Hot.Loop)]
    public static float Dot<T>(float* a, float* b, int count) where T : struct, IHostLane<T>
    {
        var sum = T.Zero;
        var c = 0;
        for (; c + T.Width <= count; c += T.Width)
            sum = T.MultiplyAdd(T.Load(a + c), T.Load(b + c), sum);
        if (c < count)
            sum = T.MultiplyAdd(T.LoadPart(a + c, count - c, 0), T.LoadPart(b + c, count - c, 0), sum);
        return T.Sum(sum);
    }

    /// <summary>to = factor from.</summary>
    [MethodImpl(Hot.Loop)]
    public static void Copy<T>(float* from, float* to, int count, float factor) where T : struct, IHostLane<T>
    {
        var f = T.Constant(factor);
        var c = 0;
        for (; c + T.Width <= count; c += T.Width)
            T.Store(to + c, T.Load(from + c) * f);
        if (c < count)
            T.StorePart(to + c, T.LoadPart(from + c, count - c, 0) * f, count - c);
    }
}
