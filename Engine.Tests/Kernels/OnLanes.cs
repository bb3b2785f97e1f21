using System.Runtime.CompilerServices;
using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Runs a pointwise function over an array, at each lane width.</summary>
internal static unsafe class OnLanes
{
    public static readonly int[] Widths = [1, 4, 8, 16];

    public static float[] Values<F>(float[] x, int width) where F : struct, IPointwise => width switch
    {
        1 => Values<F, ScalarLane>(x),
        4 => Values<F, Lane128>(x),
        8 => Values<F, Lane256>(x),
        _ => Values<F, Lane512>(x),
    };

    public static float[] Pairs<F>(float[] a, float[] b, int width) where F : struct, IPointwisePair => width switch
    {
        1 => Pairs<F, ScalarLane>(a, b),
        4 => Pairs<F, Lane128>(a, b),
        8 => Pairs<F, Lane256>(a, b),
        _ => Pairs<F, Lane512>(a, b),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float[] Values<F, T>(float[] x) where F : struct, IPointwise where T : struct, IHostLane<T>
    {
        var y = new float[x.Length];
        fixed (float* from = x, to = y)
        {
            for (var i = 0; i < x.Length; i += T.Width)
                T.StorePart(to + i, F.Value(T.LoadPart(from + i, Math.Min(T.Width, x.Length - i), 1f)), Math.Min(T.Width, x.Length - i));
        }

        return y;
    }

    private static float[] Pairs<F, T>(float[] a, float[] b) where F : struct, IPointwisePair where T : struct, IHostLane<T>
    {
        var y = new float[a.Length];
        fixed (float* first = a, second = b, to = y)
        {
            for (var i = 0; i < a.Length; i += T.Width)
            {
                var count = Math.Min(T.Width, a.Length - i);
                T.StorePart(to + i, F.Value(T.LoadPart(first + i, count, 1f), T.LoadPart(second + i, count, 1f)), count);
            }
        }

        return y;
    }
}
