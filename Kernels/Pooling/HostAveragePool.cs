using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Host form of the gradient of the mean, for any lane width: a row of pixels after the other. The rows of dy that see it, each
/// divided by its count, add up along a strip of outputs, in their order; from there the columns do.
/// </summary>
internal readonly unsafe struct HostAveragePoolGradient(HostRoute host, View dy, View dx, int planes, WindowShape window, bool countPadding) : ILaneCall
{
    /// <summary>Most pixels of a row that are taken at once.</summary>
    private const int Most = 2048;

    public void Run<T>() where T : struct, IHostLane<T>
    {
        var job = new Job<T> { Dy = dy.Pointer, Dx = dx.Pointer, W = window, CountPadding = countPadding };
        var across = window.ColumnStride == 1 || HostPairs.Fit(window) ? 0.1f * window.Width : 1f * window.OutWidth;
        host.Split(checked(planes * window.Height), grain: 1, job,
            cost: 15 + 0.2f * window.WindowHeight * window.OutWidth / window.RowStride + across * window.WindowWidth);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* Dy;
        public float* Dx;
        public WindowShape W;
        public bool CountPadding;

        public void Run(int first, int last)
        {
            var reach = PoolStrip.Reach(W);
            var pixels = Math.Min(Most, W.Width);
            var room = pixels + reach + 2 * T.Width;
            var strip = stackalloc float[room];
            var counts = stackalloc float[room];
            for (var start = 0; start < W.Width; start += pixels)
            {
                var end = Math.Min(start + pixels, W.Width);
                // The outputs that see these pixels: those from low to before high of the strip exist.
                var from = DivideDown(start + W.Left - (reach - 1) + W.ColumnStride - 1, W.ColumnStride);
                var outputs = DivideDown(end - 1 + W.Left, W.ColumnStride) - from + 1;
                var low = Math.Clamp(-from, 0, Math.Max(0, outputs));
                var high = Math.Clamp(W.OutWidth - from, low, Math.Max(low, outputs));
                new Span<float>(strip, room).Clear();
                for (var t = low; t < high; t++)
                    counts[t] = CountPadding ? W.WindowWidth : PoolPlaces.Inside((from + t) * W.ColumnStride - W.Left, W.ColumnDilation, W.WindowWidth, W.Width);
                for (var at = first; at < last; at++)
                {
                    var plane = at / W.Height;
                    var row = at - plane * W.Height;
                    Up(Dy + (long)plane * W.OutPixels + from, row, strip, counts, low, high);
                    Across(strip, Dx + (long)at * W.Width, start, end, from, low, high);
                }
            }
        }

        /// <summary>Adds up the rows of dy that see a row of pixels.</summary>
        private readonly void Up(float* dy, int row, float* strip, float* counts, int low, int high)
        {
            var begun = false;
            for (var u = W.WindowHeight - 1; u >= 0; u--)
            {
                var i = PoolPlaces.Output(row, u, W.RowDilation, W.Top, W.RowStride, W.OutHeight);
                if (i < 0)
                    continue;
                var rows = CountPadding ? W.WindowHeight : PoolPlaces.Inside(i * W.RowStride - W.Top, W.RowDilation, W.WindowHeight, W.Height);
                Add(dy + (long)i * W.OutWidth, strip, counts, low, high, rows, begun);
                begun = true;
            }
            if (!begun)
                new Span<float>(strip + low, high - low).Clear();
        }

        [MethodImpl(Hot.Loop)]
        private static void Add(float* dy, float* strip, float* counts, int low, int high, int rows, bool begun)
        {
            var factor = T.Constant(rows);
            var t = low;
            for (; t + T.Width <= high; t += T.Width)
            {
                var part = T.Load(dy + t) / (factor * T.Load(counts + t));
                T.Store(strip + t, begun ? T.Load(strip + t) + part : part);
            }
            if (t < high)
            {
                var part = T.LoadPart(dy + t, high - t, 0) / (factor * T.LoadPart(counts + t, high - t, 1));
                T.StorePart(strip + t, begun ? T.LoadPart(strip + t, high - t, 0) + part : part, high - t);
            }
        }

        /// <summary>Hands the strip to the pixels [start, end) of a row.</summary>
        private readonly void Across(float* strip, float* dx, int start, int end, int from, int low, int high)
        {
            if (W.ColumnStride == 1)
            {
                Slide(strip + PoolStrip.Reach(W) - 1, dx + start, end - start);
                return;
            }
            new Span<float>(dx + start, end - start).Clear();
            if (W is { WindowWidth: 2, ColumnStride: 2, ColumnDilation: 1, Left: 0 } && start % 2 == 0 && low == 0 && end - start >= 2 * high)
                Double(strip, dx + start, high);
            else
                Spread(strip, dx, start, end, from, low, high);
        }

        /// <summary>dx[q] = sum over v of s[q - v dilation]; the strip has room for a vector behind its last output.</summary>
        [MethodImpl(Hot.Loop)]
        private readonly void Slide(float* s, float* dx, int pixels)
        {
            for (var q = 0; q < pixels; q += T.Width)
            {
                var sum = T.Zero;
                for (var v = W.WindowWidth - 1; v >= 0; v--)
                    sum += T.Load(s + q - v * W.ColumnDilation);
                if (q + T.Width <= pixels)
                    T.Store(dx + q, sum);
                else
                    T.StorePart(dx + q, sum, pixels - q);
            }
        }

        /// <summary>dx[2 j] = dx[2 j + 1] = s[j].</summary>
        [MethodImpl(Hot.Loop)]
        private static void Double(float* s, float* dx, int outputs)
        {
            var j = 0;
            for (; j + T.Width <= outputs; j += T.Width)
            {
                var sum = T.Load(s + j);
                T.Store(dx + 2 * j, T.ZipLow(sum, sum));
                T.Store(dx + 2 * j + T.Width, T.ZipHigh(sum, sum));
            }
            for (; j < outputs; j++)
                dx[2 * j] = dx[2 * j + 1] = s[j];
        }

        [MethodImpl(Hot.Loop)]
        private readonly void Spread(float* strip, float* dx, int start, int end, int from, int low, int high)
        {
            for (var t = low; t < high; t++)
            {
                var left = (from + t) * W.ColumnStride - W.Left;
                for (var v = 0; v < W.WindowWidth; v++)
                {
                    var column = left + v * W.ColumnDilation;
                    if (column >= start && column < end)
                        dx[column] += strip[t];
                }
            }
        }

        private static int DivideDown(int a, int b) => a >= 0 ? a / b : -((b - 1 - a) / b);
    }
}
