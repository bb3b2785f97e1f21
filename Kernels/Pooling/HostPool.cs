using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Host form of both poolings, for any lane width: a row of outputs after the other. The rows of a window are combined first,
/// in their order, then its columns; vectors take neighbouring outputs where the column stride is 1 or 2. Windows two columns
/// wide that lie side by side need no strip.
/// </summary>
internal readonly unsafe struct HostPool<TReduction>(
    HostRoute host, View x, View y, int planes, WindowShape window, bool mean, bool countPadding) : ILaneCall
    where TReduction : struct, IReduction
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var job = new Job<T> { X = x.Pointer, Y = y.Pointer, W = window, Mean = mean, CountPadding = countPadding };
        // Only where a row of outputs is one block of at least a vector, so that the last vector can end with it.
        job.Pairs = HostPairs.Fit(window) && window.OutWidth >= T.Width && window.OutWidth <= PoolStrip.Most(window);
        var across = window.ColumnStride <= 2 ? 0.1f : 1f;
        host.Split(checked(planes * window.OutHeight), grain: 1, job,
            cost: 10 + 0.1f * window.WindowHeight * window.Width + across * window.WindowWidth * window.OutWidth);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* X;
        public float* Y;
        public WindowShape W;
        public bool Mean;
        public bool CountPadding;
        public bool Pairs;

        public void Run(int first, int last)
        {
            var most = PoolStrip.Most(W);
            var room = PoolStrip.Width(W, most) + 2 * T.Width;
            var strip = stackalloc float[room];
            var counts = stackalloc float[most + T.Width];
            for (var start = 0; start < W.OutWidth; start += most)
            {
                var block = new PoolStrip(W, start, Math.Min(most, W.OutWidth - start));
                new Span<float>(strip, room).Fill(TReduction.Identity);
                for (var j = 0; Mean && j < block.Outputs; j++)
                    counts[j] = CountPadding ? W.WindowWidth : PoolPlaces.Inside(block.Start + j * W.ColumnStride, W.ColumnDilation, W.WindowWidth, W.Width);
                for (var at = first; at < last; at++)
                {
                    var plane = at / W.OutHeight;
                    Row(X + (long)plane * W.Pixels, (at - plane * W.OutHeight) * W.RowStride - W.Top, strip, Y + (long)at * W.OutWidth + start, counts, block);
                }
            }
        }

        private readonly void Row(float* x, int top, float* strip, float* y, float* counts, in PoolStrip block)
        {
            if (Pairs)
            {
                Pair(x + (long)top * W.Width + block.Start, y, block.Outputs);
                if (Mean)
                    Divide(y, counts, block.Outputs, W.WindowHeight);
                return;
            }
            var first = PoolPlaces.First(top, W.RowDilation);
            var rows = Math.Max(0, PoolPlaces.End(top, W.RowDilation, W.WindowHeight, W.Height) - first);
            Down(x + (long)(top + first * W.RowDilation) * W.Width + block.Start, strip, block.Low, block.High, rows, (long)W.RowDilation * W.Width);
            if (W.ColumnStride <= 2)
                Across<T>(strip, y, block.Outputs);
            else
                Across<ScalarLane>(strip, y, block.Outputs);
            if (Mean)
                Divide(y, counts, block.Outputs, CountPadding ? W.WindowHeight : rows);
        }

        // Without a strip between: its last vector ends at the last output, and may make some outputs twice.
        [MethodImpl(Hot.Loop)]
        private readonly void Pair(float* x, float* y, int outputs)
        {
            for (var j = 0; j < outputs; j += T.Width)
            {
                var at = Math.Min(j, outputs - T.Width);
                T a = T.Load(x + 2 * at), b = T.Load(x + 2 * at + T.Width);
                for (var u = 1; u < W.WindowHeight; u++)
                {
                    var from = x + (long)u * W.Width + 2 * at;
                    a = TReduction.Combine(T.Load(from), a);
                    b = TReduction.Combine(T.Load(from + T.Width), b);
                }
                T.Store(y + at, TReduction.Combine(T.Odd(a, b), T.Even(a, b)));
            }
        }

        /// <summary>Combines the rows of the window that lie inside, for each column of the strip that does.</summary>
        [MethodImpl(Hot.Loop)]
        private static void Down(float* x, float* strip, int low, int high, int rows, long step)
        {
            var t = low;
            for (; t + T.Width <= high; t += T.Width)
            {
                var sum = T.Constant(TReduction.Identity);
                for (var u = 0; u < rows; u++)
                    sum = TReduction.Combine(T.Load(x + t + u * step), sum);
                T.Store(strip + t, sum);
            }
            if (t < high)
            {
                var sum = T.Constant(TReduction.Identity);
                for (var u = 0; u < rows; u++)
                    sum = TReduction.Combine(T.LoadPart(x + t + u * step, high - t, TReduction.Identity), sum);
                T.StorePart(strip + t, sum, high - t);
            }
        }

        /// <summary>Combines the columns of the window; the strip has room for a vector behind its last column.</summary>
        [MethodImpl(Hot.Loop)]
        private readonly void Across<L>(float* strip, float* y, int outputs) where L : struct, IHostLane<L>
        {
            for (var j = 0; j < outputs; j += L.Width)
            {
                var s = strip + j * W.ColumnStride;
                var sum = Take<L>(s);
                for (var v = 1; v < W.WindowWidth; v++)
                    sum = TReduction.Combine(Take<L>(s + v * W.ColumnDilation), sum);
                if (j + L.Width <= outputs)
                    L.Store(y + j, sum);
                else
                    L.StorePart(y + j, sum, outputs - j);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly L Take<L>(float* s) where L : struct, IHostLane<L> =>
            W.ColumnStride == 2 ? L.Even(L.Load(s), L.Load(s + L.Width)) : L.Load(s);

        [MethodImpl(Hot.Loop)]
        private static void Divide(float* y, float* counts, int outputs, int rows)
        {
            var factor = T.Constant(rows);
            var j = 0;
            for (; j + T.Width <= outputs; j += T.Width)
                T.Store(y + j, T.Load(y + j) / (factor * T.Load(counts + j)));
            if (j < outputs)
                T.StorePart(y + j, T.LoadPart(y + j, outputs - j, 0) / (factor * T.Load(counts + j)), outputs - j);
        }
    }
}
