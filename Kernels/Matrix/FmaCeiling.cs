using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// The most multiply-adds that the host's threads do together: loops over registers alone, with more independent sums than
/// the multipliers' latency needs. What a matrix product is measured against.
/// </summary>
public static class FmaCeiling
{
    private const int Sums = 12;

    /// <summary>Runs the loop on every thread of the route at once, over its lanes.</summary>
    /// <param name="route">The host.</param>
    /// <param name="iterations">Rounds of the loop on each thread; 100,000 take about a third of a millisecond.</param>
    /// <returns>Floating-point operations done, two a multiply-add.</returns>
    public static double Run(HostRoute route, int iterations)
    {
        switch (route.LaneWidth)
        {
            case 16: Run<Lane512>(route, iterations); break;
            case 8: Run<Lane256>(route, iterations); break;
            default: Run<Lane128>(route, iterations); break;
        }
        return 2.0 * Sums * route.LaneWidth * iterations * route.Threads;
    }

    private static void Run<T>(HostRoute route, int iterations) where T : struct, IHostLane<T> =>
        route.Split(route.Threads, 1, new Job<T>(iterations), 1e6f);

    private readonly struct Job<T>(int iterations) : IHostJob where T : struct, IHostLane<T>
    {
        private readonly int iterations = iterations;

        public void Run(int first, int last)
        {
            for (var index = first; index < last; index++)
            {
                if (float.IsNaN(Loop(iterations)))
                    throw new InvalidOperationException("Sums that stay near 1 became NaN: this processor's multiply-add is broken. Use another machine.");
            }
        }

        // x <- x (1 - 1/1000) + 1/1000 stays at 1.
        [MethodImpl(Hot.Loop)]
        private static float Loop(int iterations)
        {
            var scale = T.Constant(0.999f);
            var shift = T.Constant(0.001f);
            var (a, b, c, d, e, f) = (T.One, T.One, T.One, T.One, T.One, T.One);
            var (g, h, i, j, k, l) = (T.One, T.One, T.One, T.One, T.One, T.One);
            for (var round = 0; round < iterations; round++)
            {
                a = T.MultiplyAdd(a, scale, shift);
                b = T.MultiplyAdd(b, scale, shift);
                c = T.MultiplyAdd(c, scale, shift);
                d = T.MultiplyAdd(d, scale, shift);
                e = T.MultiplyAdd(e, scale, shift);
                f = T.MultiplyAdd(f, scale, shift);
                g = T.MultiplyAdd(g, scale, shift);
                h = T.MultiplyAdd(h, scale, shift);
                i = T.MultiplyAdd(i, scale, shift);
                j = T.MultiplyAdd(j, scale, shift);
                k = T.MultiplyAdd(k, scale, shift);
                l = T.MultiplyAdd(l, scale, shift);
            }
            return T.Sum(a + b + c + d + (e + f + g + h) + (i + j + k + l));
        }
    }
}
