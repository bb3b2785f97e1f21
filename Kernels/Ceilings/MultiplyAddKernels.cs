using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Chains of multiply-adds that need no memory: the most arithmetic that a device can do. Each index runs
/// <see cref="Chains"/> independent chains a = a * s + b and writes their sum: y[i] = sum of the chains after the rounds.
/// </summary>
public static class MultiplyAddKernels
{
    /// <summary>Independent chains of an index; more than latency times ports of any processor known, and no more than registers.</summary>
    public const int Chains = 12;

    /// <summary>Runs the chains of every element of y.</summary>
    /// <param name="route">Where.</param>
    /// <param name="y">One sum an index; its length is a multiple of 16.</param>
    /// <param name="rounds">Multiply-adds of a chain.</param>
    public static void Run(Route route, View y, int rounds)
    {
        if (route is HostRoute host)
            LaneChoice.Run(host, new Call(host, y, rounds));
        else
            route.Each((int)y.Length, new MultiplyAddBody(y.Floats, rounds));
    }

    /// <summary>Multiply-adds of a launch, counted as two operations each.</summary>
    public static double Operations(long length, int rounds) => 2.0 * Chains * rounds * length;

    private readonly struct Call(HostRoute host, View y, int rounds) : ILaneCall
    {
        public unsafe void Run<T>() where T : struct, IHostLane<T> =>
            host.Split((int)(y.Length / T.Width), 1, new Job<T>(y.Pointer, rounds), cost: rounds * Chains * 0.15f);
    }

    private readonly unsafe struct Job<T>(float* y, int rounds) : IHostJob where T : struct, IHostLane<T>
    {
        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            T s = T.Constant(0.999f), b = T.Constant(0.001f);
            for (var i = first; i < last; i++)
            {
                T a0 = T.Constant(i), a1 = a0 + b, a2 = a1 + b, a3 = a2 + b, a4 = a3 + b, a5 = a4 + b;
                T a6 = a5 + b, a7 = a6 + b, a8 = a7 + b, a9 = a8 + b, a10 = a9 + b, a11 = a10 + b;
                for (var round = 0; round < rounds; round++)
                {
                    a0 = T.MultiplyAdd(a0, s, b);
                    a1 = T.MultiplyAdd(a1, s, b);
                    a2 = T.MultiplyAdd(a2, s, b);
                    a3 = T.MultiplyAdd(a3, s, b);
                    a4 = T.MultiplyAdd(a4, s, b);
                    a5 = T.MultiplyAdd(a5, s, b);
                    a6 = T.MultiplyAdd(a6, s, b);
                    a7 = T.MultiplyAdd(a7, s, b);
                    a8 = T.MultiplyAdd(a8, s, b);
                    a9 = T.MultiplyAdd(a9, s, b);
                    a10 = T.MultiplyAdd(a10, s, b);
                    a11 = T.MultiplyAdd(a11, s, b);
                }
                T.Store(y + (long)i * T.Width, a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11);
            }
        }
    }
}

/// <summary>Device form of <see cref="MultiplyAddKernels"/>: one thread an index, 1 write.</summary>
public readonly struct MultiplyAddBody(ArrayView<float> y, int rounds) : IBody
{
    private readonly ArrayView<float> y = y;
    private readonly int rounds = rounds;

    /// <inheritdoc/>
    public void Run(int index)
    {
        const float s = 0.999f, b = 0.001f;
        float a0 = index, a1 = a0 + b, a2 = a1 + b, a3 = a2 + b, a4 = a3 + b, a5 = a4 + b;
        float a6 = a5 + b, a7 = a6 + b, a8 = a7 + b, a9 = a8 + b, a10 = a9 + b, a11 = a10 + b;
        for (var round = 0; round < rounds; round++)
        {
            a0 = a0 * s + b;
            a1 = a1 * s + b;
            a2 = a2 * s + b;
            a3 = a3 * s + b;
            a4 = a4 * s + b;
            a5 = a5 * s + b;
            a6 = a6 * s + b;
            a7 = a7 * s + b;
            a8 = a8 * s + b;
            a9 = a9 * s + b;
            a10 = a10 * s + b;
            a11 = a11 * s + b;
        }
        y[index] = a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11;
    }
}
