using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>
/// Eight counters at a time in 256-bit vectors, their words in 64-bit lanes, so that one multiplication gives both halves of a
/// product. The counters lie in such an order that interleaving within 128-bit blocks leaves whole vectors of consecutive
/// elements.
/// </summary>
internal readonly unsafe struct PhiloxVector256 : IPhiloxVector
{
    public static int Counters => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Make<TForm>(float* y, uint counter, uint step, uint keyLow, uint keyHigh, TForm form) where TForm : struct, IRandomForm
    {
        var start = Vector256.Create((ulong)counter);
        var steps = Vector256.Create((ulong)step);
        Vector256<ulong> a = start + Vector256.Create(0ul, 2, 4, 6), b = default, c = steps, d = default;
        Vector256<ulong> e = start + Vector256.Create(1ul, 3, 5, 7), f = default, g = steps, h = default;
        for (var round = 0; round < PhiloxBlock.Rounds; round++)
        {
            var low = Vector256.Create((ulong)keyLow);
            var high = Vector256.Create((ulong)keyHigh);
            Round(ref a, ref b, ref c, ref d, low, high);
            Round(ref e, ref f, ref g, ref h, low, high);
            keyLow += PhiloxBlock.Weyl0;
            keyHigh += PhiloxBlock.Weyl1;
        }
        var four = form.Map(new Four<Lane256>(Uniform(a, e), Uniform(b, f), Uniform(c, g), Uniform(d, h)));
        Interleave(four.A.Vector, four.B.Vector, four.C.Vector, four.D.Vector, y);
    }

    // Only the lower halves of the lanes count: the multiplication reads no others, and the end drops them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        ref Vector256<ulong> a, ref Vector256<ulong> b, ref Vector256<ulong> c, ref Vector256<ulong> d, Vector256<ulong> keyLow, Vector256<ulong> keyHigh)
    {
        var p = Product(a, PhiloxBlock.Multiplier0);
        var q = Product(c, PhiloxBlock.Multiplier1);
        a = (q >> 32) ^ b ^ keyLow;
        b = q;
        c = (p >> 32) ^ d ^ keyHigh;
        d = p;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Product(Vector256<ulong> x, uint factor) => Avx2.IsSupported
        ? Avx2.Multiply(x.AsUInt32(), Vector256.Create((ulong)factor).AsUInt32())
        : (x & Vector256.Create((ulong)uint.MaxValue)) * factor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lane256 Uniform(Vector256<ulong> low, Vector256<ulong> high)
    {
        var words = Vector256.Narrow(low, high) >> 8;
        return new Lane256(Vector256.ConvertToSingle(words.AsInt32()) * (1f / (1 << 24)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, float* y)
    {
        if (!Avx.IsSupported)
        {
            // Lane k holds counter 2 k, or 2 k - 7 in the upper half.
            for (var k = 0; k < 8; k++)
            {
                var to = y + 4 * (k < 4 ? 2 * k : 2 * k - 7);
                (to[0], to[1], to[2], to[3]) = (a[k], b[k], c[k], d[k]);
            }
            return;
        }
        var ab = Avx.UnpackLow(a, b).AsDouble();
        var cd = Avx.UnpackLow(c, d).AsDouble();
        Avx.UnpackLow(ab, cd).AsSingle().Store(y);
        Avx.UnpackHigh(ab, cd).AsSingle().Store(y + 8);
        ab = Avx.UnpackHigh(a, b).AsDouble();
        cd = Avx.UnpackHigh(c, d).AsDouble();
        Avx.UnpackLow(ab, cd).AsSingle().Store(y + 2 * 8);
        Avx.UnpackHigh(ab, cd).AsSingle().Store(y + 3 * 8);
    }
}
