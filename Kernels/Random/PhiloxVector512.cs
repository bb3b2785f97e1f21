using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>
/// Sixteen counters at a time in 512-bit vectors, their words in 64-bit lanes, so that one multiplication gives both halves of a
/// product. The counters lie in such an order that interleaving within 128-bit blocks leaves whole vectors of consecutive
/// elements.
/// </summary>
internal readonly unsafe struct PhiloxVector512 : IPhiloxVector
{
    public static int Counters => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Make<TForm>(float* y, uint counter, uint step, uint keyLow, uint keyHigh, TForm form) where TForm : struct, IRandomForm
    {
        var start = Vector512.Create((ulong)counter);
        var steps = Vector512.Create((ulong)step);
        Vector512<ulong> a = start + Vector512.Create(0ul, 4, 8, 12, 1, 5, 9, 13), b = default, c = steps, d = default;
        Vector512<ulong> e = start + Vector512.Create(2ul, 6, 10, 14, 3, 7, 11, 15), f = default, g = steps, h = default;
        for (var round = 0; round < PhiloxBlock.Rounds; round++)
        {
            var low = Vector512.Create((ulong)keyLow);
            var high = Vector512.Create((ulong)keyHigh);
            Round(ref a, ref b, ref c, ref d, low, high);
            Round(ref e, ref f, ref g, ref h, low, high);
            keyLow += PhiloxBlock.Weyl0;
            keyHigh += PhiloxBlock.Weyl1;
        }
        var four = form.Map(new Four<Lane512>(Uniform(a, e), Uniform(b, f), Uniform(c, g), Uniform(d, h)));
        Interleave(four.A.Vector, four.B.Vector, four.C.Vector, four.D.Vector, y);
    }

    // Only the lower halves of the lanes count: the multiplication reads no others, and the end drops them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        ref Vector512<ulong> a, ref Vector512<ulong> b, ref Vector512<ulong> c, ref Vector512<ulong> d, Vector512<ulong> keyLow, Vector512<ulong> keyHigh)
    {
        var p = Product(a, PhiloxBlock.Multiplier0);
        var q = Product(c, PhiloxBlock.Multiplier1);
        a = (q >> 32) ^ b ^ keyLow;
        b = q;
        c = (p >> 32) ^ d ^ keyHigh;
        d = p;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Product(Vector512<ulong> x, uint factor) =>
        Avx512F.Multiply(x.AsUInt32(), Vector512.Create((ulong)factor).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lane512 Uniform(Vector512<ulong> low, Vector512<ulong> high)
    {
        var words = Vector512.Narrow(low, high) >> 8;
        return new Lane512(Vector512.ConvertToSingle(words.AsInt32()) * (1f / (1 << 24)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* y)
    {
        var ab = Avx512F.UnpackLow(a, b).AsDouble();
        var cd = Avx512F.UnpackLow(c, d).AsDouble();
        Avx512F.UnpackLow(ab, cd).AsSingle().Store(y);
        Avx512F.UnpackHigh(ab, cd).AsSingle().Store(y + 16);
        ab = Avx512F.UnpackHigh(a, b).AsDouble();
        cd = Avx512F.UnpackHigh(c, d).AsDouble();
        Avx512F.UnpackLow(ab, cd).AsSingle().Store(y + 2 * 16);
        Avx512F.UnpackHigh(ab, cd).AsSingle().Store(y + 3 * 16);
    }
}
