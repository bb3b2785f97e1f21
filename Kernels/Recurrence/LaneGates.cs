using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using GpuNN.Cells;

namespace GpuNN.Kernels;

/// <summary>Reads and writes what a host lane of units has of each gate; the last lane of a layer may be short.</summary>
internal static unsafe class LaneGates
{
    private const int Line = 16;

    /// <summary>Fetches the lines of so many runs of numbers, so far apart, into the second cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* from, nint stride, int runs, int count)
    {
        if (!Sse.IsSupported)
            return;
        for (var run = 0; run < runs; run++, from += stride)
            for (var at = 0; at < count; at += Line)
                Sse.Prefetch1(from + at);
    }

    /// <summary>Some numbers, 0 behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load<T>(float* from, int count) where T : struct, IHostLane<T> => count == T.Width ? T.Load(from) : T.LoadPart(from, count, 0);

    /// <summary>Writes some numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(float* to, T x, int count) where T : struct, IHostLane<T>
    {
        if (count == T.Width)
            T.Store(to, x);
        else
            T.StorePart(to, x, count);
    }

    /// <summary>So many numbers, so far apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GateNumbers<T> Load<T>(float* from, nint stride, int count, int numbers) where T : struct, IHostLane<T>
    {
        var x = default(GateNumbers<T>);
        if (numbers > 0)
            x.A = Load<T>(from, count);
        if (numbers > 1)
            x.B = Load<T>(from + stride, count);
        if (numbers > 2)
            x.C = Load<T>(from + 2 * stride, count);
        if (numbers > 3)
            x.D = Load<T>(from + 3 * stride, count);
        return x;
    }

    /// <summary>Writes so many numbers, so far apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(float* to, nint stride, int count, in GateNumbers<T> x, int numbers) where T : struct, IHostLane<T>
    {
        if (numbers > 0)
            Store(to, x.A, count);
        if (numbers > 1)
            Store(to + stride, x.B, count);
        if (numbers > 2)
            Store(to + 2 * stride, x.C, count);
        if (numbers > 3)
            Store(to + 3 * stride, x.D, count);
    }

    /// <summary>The sums of so many numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<T>(ref GateNumbers<T> sums, in GateNumbers<T> x, int numbers) where T : struct, IHostLane<T>
    {
        if (numbers > 0)
            sums.A += x.A;
        if (numbers > 1)
            sums.B += x.B;
        if (numbers > 2)
            sums.C += x.C;
        if (numbers > 3)
            sums.D += x.D;
    }
}
