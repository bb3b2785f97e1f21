using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// The inner loop of the locally connected passes: four results at once, y_k[p] = sum over t of a[t step + p] x_k[places[t] + p], along
/// vectors of pixels p. Each vector of a is read once for all four. A sum's terms are added in their order.
/// </summary>
internal static unsafe class LocalProduct
{
    /// <summary>Results that share a vector.</summary>
    public const int Together = 4;

    /// <summary>What one call works on.</summary>
    public struct Call
    {
        /// <summary>What the four share, and floats from one term to the next.</summary>
        public float* Shared;
        public nint Step;

        /// <summary>What each has of its own; several may be one.</summary>
        public float* First, Second, Third, Fourth;

        /// <summary>Floats from there to each term.</summary>
        public nint* Places;
        public int Terms;

        /// <summary>The results.</summary>
        public float* FirstOut, SecondOut, ThirdOut, FourthOut;
        public int Pixels;

        /// <summary>Whether the results are added to.</summary>
        public bool Accumulate;
    }

    /// <summary>Computes the results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(in Call call) where T : struct, IHostLane<T>
    {
        var (step, terms) = (call.Step, call.Terms);
        var places = call.Places;
        var p = 0;
        // Two vectors are a whole line of the shared operand where vectors are half as long as one.
        for (; p + 2 * T.Width <= call.Pixels; p += 2 * T.Width)
        {
            T a0 = T.Zero, a1 = T.Zero, b0 = T.Zero, b1 = T.Zero, c0 = T.Zero, c1 = T.Zero, d0 = T.Zero, d1 = T.Zero;
            float* shared = call.Shared + p, first = call.First + p, second = call.Second + p, third = call.Third + p, fourth = call.Fourth + p;
            for (var t = 0; t < terms; t++, shared += step)
            {
                T low = T.Load(shared), high = T.Load(shared + T.Width);
                var at = places[t];
                a0 = T.MultiplyAdd(low, T.Load(first + at), a0);
                a1 = T.MultiplyAdd(high, T.Load(first + at + T.Width), a1);
                b0 = T.MultiplyAdd(low, T.Load(second + at), b0);
                b1 = T.MultiplyAdd(high, T.Load(second + at + T.Width), b1);
                c0 = T.MultiplyAdd(low, T.Load(third + at), c0);
                c1 = T.MultiplyAdd(high, T.Load(third + at + T.Width), c1);
                d0 = T.MultiplyAdd(low, T.Load(fourth + at), d0);
                d1 = T.MultiplyAdd(high, T.Load(fourth + at + T.Width), d1);
            }
            // Read before any is written: where two are one, both write the same.
            if (call.Accumulate)
            {
                (a0, a1) = (a0 + T.Load(call.FirstOut + p), a1 + T.Load(call.FirstOut + p + T.Width));
                (b0, b1) = (b0 + T.Load(call.SecondOut + p), b1 + T.Load(call.SecondOut + p + T.Width));
                (c0, c1) = (c0 + T.Load(call.ThirdOut + p), c1 + T.Load(call.ThirdOut + p + T.Width));
                (d0, d1) = (d0 + T.Load(call.FourthOut + p), d1 + T.Load(call.FourthOut + p + T.Width));
            }
            T.Store(call.FirstOut + p, a0);
            T.Store(call.FirstOut + p + T.Width, a1);
            T.Store(call.SecondOut + p, b0);
            T.Store(call.SecondOut + p + T.Width, b1);
            T.Store(call.ThirdOut + p, c0);
            T.Store(call.ThirdOut + p + T.Width, c1);
            T.Store(call.FourthOut + p, d0);
            T.Store(call.FourthOut + p + T.Width, d1);
        }
        for (; p < call.Pixels; p += T.Width)
            Part<T>(call, p, Math.Min(T.Width, call.Pixels - p));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Part<T>(in Call call, int p, int count) where T : struct, IHostLane<T>
    {
        T a = T.Zero, b = T.Zero, c = T.Zero, d = T.Zero;
        for (var t = 0; t < call.Terms; t++)
        {
            var shared = T.LoadPart(call.Shared + t * call.Step + p, count, 0);
            var at = call.Places[t] + p;
            a = T.MultiplyAdd(shared, T.LoadPart(call.First + at, count, 0), a);
            b = T.MultiplyAdd(shared, T.LoadPart(call.Second + at, count, 0), b);
            c = T.MultiplyAdd(shared, T.LoadPart(call.Third + at, count, 0), c);
            d = T.MultiplyAdd(shared, T.LoadPart(call.Fourth + at, count, 0), d);
        }
        if (call.Accumulate)
        {
            a += T.LoadPart(call.FirstOut + p, count, 0);
            b += T.LoadPart(call.SecondOut + p, count, 0);
            c += T.LoadPart(call.ThirdOut + p, count, 0);
            d += T.LoadPart(call.FourthOut + p, count, 0);
        }
        T.StorePart(call.FirstOut + p, a, count);
        T.StorePart(call.SecondOut + p, b, count);
        T.StorePart(call.ThirdOut + p, c, count);
        T.StorePart(call.FourthOut + p, d, count);
    }
}
