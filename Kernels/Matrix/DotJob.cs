using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Host form of the product of row vectors with transposed matrices: each element is the dot product of two rows in
/// memory. An index is one element; a sum runs lane by lane in order, its lanes are added at the end.
/// </summary>
internal static unsafe class DotJob
{
    public static void Run(HostRoute route, MatMulPlan plan, MatMulOperands* operands)
    {
        switch (plan.Lanes)
        {
            case 16: Run<Lane512>(route, plan, operands); break;
            case 8: Run<Lane256>(route, plan, operands); break;
            default: Run<Lane128>(route, plan, operands); break;
        }
    }

    private static void Run<T>(HostRoute route, MatMulPlan plan, MatMulOperands* operands) where T : struct, IHostLane<T>
    {
        ref readonly var shape = ref plan.Shape;
        for (var item = 0; item < shape.Batch; item++)
            route.Split(shape.Columns, T.Width, new Job<T>(plan, operands, item), 2 + shape.Inner / (2f * T.Width));
    }

    private readonly struct Job<T>(MatMulPlan plan, MatMulOperands* operands, int item) : IHostJob where T : struct, IHostLane<T>
    {
        /// <summary>Elements that are summed side by side, to keep the multipliers busy.</summary>
        public const int Group = 4;

        private readonly MatMulPlan plan = plan;
        private readonly MatMulOperands* operands = operands;
        private readonly int item = item;

        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            ref readonly var shape = ref plan.Shape;
            var inner = shape.Inner;
            var a = operands->A + (shape.SharedA ? 0 : (long)item * inner);
            var b = operands->B + (shape.SharedB ? 0 : (long)item * inner * shape.Columns) + (long)first * inner;
            var c = operands->C + (long)item * shape.Columns;
            var column = first;
            for (; column + Group <= last; column += Group, b += (long)Group * inner)
                Four(a, b, c + column, inner);
            for (; column < last; column++, b += inner)
                c[column] = One(a, b, inner);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Four(float* a, float* b, float* c, nint inner)
        {
            var (first, second, third, fourth) = (T.Zero, T.Zero, T.Zero, T.Zero);
            nint k = 0;
            for (; k + T.Width <= inner; k += T.Width)
            {
                var x = T.Load(a + k);
                var y = b + k;
                first = T.MultiplyAdd(x, T.Load(y), first);
                second = T.MultiplyAdd(x, T.Load(y + inner), second);
                third = T.MultiplyAdd(x, T.Load(y + 2 * inner), third);
                fourth = T.MultiplyAdd(x, T.Load(y + 3 * inner), fourth);
            }
            if (k < inner)
            {
                var rest = (int)(inner - k);
                var x = T.LoadPart(a + k, rest, 0);
                var y = b + k;
                first = T.MultiplyAdd(x, T.LoadPart(y, rest, 0), first);
                second = T.MultiplyAdd(x, T.LoadPart(y + inner, rest, 0), second);
                third = T.MultiplyAdd(x, T.LoadPart(y + 2 * inner, rest, 0), third);
                fourth = T.MultiplyAdd(x, T.LoadPart(y + 3 * inner, rest, 0), fourth);
            }
            c[0] = T.Sum(first);
            c[1] = T.Sum(second);
            c[2] = T.Sum(third);
            c[3] = T.Sum(fourth);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static float One(float* a, float* b, nint inner)
        {
            var sum = T.Zero;
            nint k = 0;
            for (; k + T.Width <= inner; k += T.Width)
                sum = T.MultiplyAdd(T.Load(a + k), T.Load(b + k), sum);
            if (k < inner)
                sum = T.MultiplyAdd(T.LoadPart(a + k, (int)(inner - k), 0), T.LoadPart(b + k, (int)(inner - k), 0), sum);
            return T.Sum(sum);
        }
    }
}
