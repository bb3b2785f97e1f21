using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>
/// Host form with 512-bit vectors: 16 counters at a time, their words in 64-bit lanes so that one multiplication gives both
/// halves of a product. The counters lie in such an order that interleaving within 128-bit blocks leaves whole vectors of
/// consecutive elements.
/// </summary>
internal static unsafe class HostRandom<TForm> where TForm : struct, IRandomForm
{
    private const int Elements = 64;

    public static void Run(HostRoute host, View y, uint keyLow, uint keyHigh, View step, TForm form, View chances = default)
    {
        var length = checked((int)y.Length);
        var job = new Job
        {
            Y = y.Pointer,
            Chances = chances.Pointer,
            Length = length,
            Step = step.IntPointer,
            KeyLow = keyLow,
            KeyHigh = keyHigh,
            Form = form,
        };
        host.Split((length + Elements - 1) / Elements, grain: 1, job, cost: 0.5f * Elements);
    }

    private struct Job : IHostJob
    {
        public float* Y;
        public float* Chances;
        public int* Step;
        public int Length;
        public uint KeyLow;
        public uint KeyHigh;
        public TForm Form;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int first, int last)
        {
            var room = stackalloc float[Elements];
            for (var at = first; at < last; at++)
            {
                var y = Y + (long)at * Elements;
                var count = Length - at * Elements;
                Sixteen((uint)at * (Elements / 4), count < Elements ? room : y);
                if (count < Elements)
                    new Span<float>(room, count).CopyTo(new Span<float>(y, count));
                if (Chances != null)
                    Compare(Chances + (long)at * Elements, y, Math.Min(count, Elements));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Sixteen(uint counter, float* y)
        {
            var start = Vector512.Create((ulong)counter);
            var step = Vector512.Create((ulong)(uint)*Step);
            Vector512<ulong> a = start + Vector512.Create(0ul, 4, 8, 12, 1, 5, 9, 13), b = default, c = step, d = default;
            Vector512<ulong> e = start + Vector512.Create(2ul, 6, 10, 14, 3, 7, 11, 15), f = default, g = step, h = default;
            var (low, high) = (KeyLow, KeyHigh);
            for (var round = 0; round < PhiloxBlock.Rounds; round++)
            {
                var keyLow = Vector512.Create((ulong)low);
                var keyHigh = Vector512.Create((ulong)high);
                Round(ref a, ref b, ref c, ref d, keyLow, keyHigh);
                Round(ref e, ref f, ref g, ref h, keyLow, keyHigh);
                low += PhiloxBlock.Weyl0;
                high += PhiloxBlock.Weyl1;
            }
            var four = Form.Map(new Four<Lane512>(Uniform(a, e), Uniform(b, f), Uniform(c, g), Uniform(d, h)));
            Interleave(four.A.Vector, four.B.Vector, four.C.Vector, four.D.Vector, y);
        }

        // Only the lower halves of the lanes count: the multiplication reads no others, and the end drops them.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Round(
            ref Vector512<ulong> a, ref Vector512<ulong> b, ref Vector512<ulong> c, ref Vector512<ulong> d, Vector512<ulong> keyLow, Vector512<ulong> keyHigh)
        {
            var p = Avx512F.Multiply(a.AsUInt32(), Vector512.Create((ulong)PhiloxBlock.Multiplier0).AsUInt32());
            var q = Avx512F.Multiply(c.AsUInt32(), Vector512.Create((ulong)PhiloxBlock.Multiplier1).AsUInt32());
            a = (q >> 32) ^ b ^ keyLow;
            b = q;
            c = (p >> 32) ^ d ^ keyHigh;
            d = p;
        }

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
            Avx512F.UnpackLow(ab, cd).AsSingle().Store(y + 32);
            Avx512F.UnpackHigh(ab, cd).AsSingle().Store(y + 48);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Compare(float* p, float* y, int count)
        {
            for (var k = 0; k < count; k += Lane512.Width)
            {
                var part = Math.Min(Lane512.Width, count - k);
                var u = Lane512.LoadPart(y + k, part, 0f);
                Lane512.StorePart(y + k, Lane512.WhereGreater(Lane512.LoadPart(p + k, part, 0f), u, Lane512.One, Lane512.Zero), part);
            }
        }
    }
}
