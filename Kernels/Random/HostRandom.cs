using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>Makes the numbers of some consecutive counters with host vectors. A struct without fields.</summary>
internal unsafe interface IPhiloxVector
{
    /// <summary>Counters made at once; each gives four numbers.</summary>
    static abstract int Counters { get; }

    /// <summary>Writes the numbers of the counters from the given one on.</summary>
    static abstract void Make<TForm>(float* y, uint counter, uint step, uint keyLow, uint keyHigh, TForm form) where TForm : struct, IRandomForm;
}

/// <summary>Host form of random numbers: runs of counters on one thread, in 512-bit vectors where the route has them.</summary>
internal static unsafe class HostRandom
{
    private const int MostElements = 64;

    /// <summary>Launches it. Where there are chances, y becomes 1 where the number is below its chance, else 0.</summary>
    public static void Run<TForm>(HostRoute host, View y, uint keyLow, uint keyHigh, View step, TForm form, View chances)
        where TForm : struct, IRandomForm
    {
        if (host.LaneWidth == 16 && Avx512F.IsSupported)
            Run<TForm, PhiloxVector512>(host, y, keyLow, keyHigh, step, form, chances);
        else
            Run<TForm, PhiloxVector256>(host, y, keyLow, keyHigh, step, form, chances);
    }

    private static void Run<TForm, TVector>(HostRoute host, View y, uint keyLow, uint keyHigh, View step, TForm form, View chances)
        where TForm : struct, IRandomForm where TVector : struct, IPhiloxVector
    {
        var length = checked((int)y.Length);
        var job = new Job<TForm, TVector>
        {
            Y = y.Pointer,
            Chances = chances.Pointer,
            Length = length,
            Step = step.IntPointer,
            KeyLow = keyLow,
            KeyHigh = keyHigh,
            Form = form,
        };
        var elements = 4 * TVector.Counters;
        host.Split((length + elements - 1) / elements, grain: 1, job, cost: 0.5f * elements);
    }

    private struct Job<TForm, TVector> : IHostJob where TForm : struct, IRandomForm where TVector : struct, IPhiloxVector
    {
        public float* Y;
        public float* Chances;
        public int* Step;
        public int Length;
        public uint KeyLow;
        public uint KeyHigh;
        public TForm Form;

        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            var room = stackalloc float[MostElements];
            var elements = 4 * TVector.Counters;
            var step = (uint)*Step;
            for (var at = first; at < last; at++)
            {
                var y = Y + (long)at * elements;
                var count = Math.Min(elements, Length - at * elements);
                TVector.Make(count < elements ? room : y, (uint)(at * TVector.Counters), step, KeyLow, KeyHigh, Form);
                if (count < elements)
                    new Span<float>(room, count).CopyTo(new Span<float>(y, count));
                if (Chances != null)
                    Compare(Chances + (long)at * elements, y, count);
            }
        }

        [MethodImpl(Hot.Loop)]
        private static void Compare(float* p, float* y, int count)
        {
            var k = 0;
            for (; k + Lane256.Width <= count; k += Lane256.Width)
                Lane256.Store(y + k, Lane256.WhereGreater(Lane256.Load(p + k), Lane256.Load(y + k), Lane256.One, Lane256.Zero));
            for (; k < count; k++)
                y[k] = p[k] > y[k] ? 1f : 0f;
        }
    }
}
