using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Host form of the gradient of the maximum, for any lane width. Windows that share no rows are taken one row after the other,
/// each with the rows of dx from its own to the next one's; others plane by plane, where dx adds up in the order of the outputs.
/// </summary>
internal readonly unsafe struct HostMaxPoolGradient(HostRoute host, View x, View dy, View dx, int planes, WindowShape window) : ILaneCall
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        if (HostPairs.Fit(window))
        {
            host.Split(checked(planes * window.OutHeight), grain: 1,
                new Pairs<T> { X = x.Pointer, Dy = dy.Pointer, Dx = dx.Pointer, W = window }, cost: 10 + 0.3f * window.RowStride * window.Width);
            return;
        }
        var rows = window.RowStride > (window.WindowHeight - 1) * window.RowDilation ? 1 : window.OutHeight;
        var job = new Job<T> { X = x.Pointer, Dy = dy.Pointer, Dx = dx.Pointer, W = window, Rows = rows };
        host.Split(checked(planes * (window.OutHeight / rows)), grain: 1, job, cost: rows * Winners.Cost(window));
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* X;
        public float* Dy;
        public float* Dx;
        public WindowShape W;
        public int Rows;

        public void Run(int first, int last)
        {
            var most = PoolStrip.Most(W);
            var scratch = stackalloc float[HostWinners<T>.Room(W)];
            var winners = new HostWinners<T>(W, scratch);
            for (var start = 0; start < W.OutWidth; start += most)
            {
                var block = new PoolStrip(W, start, Math.Min(most, W.OutWidth - start));
                winners.Enter(block);
                for (var at = first * Rows; at < last * Rows; at++)
                {
                    var plane = at / W.OutHeight;
                    var i = at - plane * W.OutHeight;
                    var top = i * W.RowStride - W.Top;
                    var dx = Dx + (long)plane * W.Pixels;
                    if (start == 0 && i % Rows == 0)
                        Clear(dx, i);
                    winners.Find(X + (long)plane * W.Pixels, top);
                    Add(winners, dx, Dy + (long)at * W.OutWidth + start, top, block.Outputs);
                }
            }
        }

        /// <summary>Sets the rows of dx that belong to a row of outputs, or to all of the plane, to 0.</summary>
        private readonly void Clear(float* dx, int i)
        {
            var from = i == 0 ? 0 : Math.Clamp(i * W.RowStride - W.Top, 0, W.Height);
            var to = i + Rows == W.OutHeight ? W.Height : Math.Clamp((i + Rows) * W.RowStride - W.Top, 0, W.Height);
            new Span<float>(dx + (long)from * W.Width, (to - from) * W.Width).Clear();
        }

        [MethodImpl(Hot.Loop)]
        private static void Add(in HostWinners<T> winners, float* dx, float* dy, int top, int outputs)
        {
            for (var j = 0; j < outputs; j++)
            {
                var pixel = winners.Pixel(top, j);
                if (pixel >= 0)
                    dx[pixel] += dy[j];
            }
        }
    }

    /// <summary>Windows two columns wide that lie side by side: every vector of dx is written once, with its dy or 0.</summary>
    private struct Pairs<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* X;
        public float* Dy;
        public float* Dx;
        public WindowShape W;

        public void Run(int first, int last)
        {
            for (var at = first; at < last; at++)
            {
                var plane = at / W.OutHeight;
                var i = at - plane * W.OutHeight;
                var from = (long)plane * W.Pixels + (long)i * W.RowStride * W.Width;
                Row(X + from, Dy + (long)at * W.OutWidth, Dx + from);
                var below = (i == W.OutHeight - 1 ? W.Height - i * W.RowStride : W.RowStride) - W.WindowHeight;
                new Span<float>(Dx + from + (long)W.WindowHeight * W.Width, below * W.Width).Clear();
                for (var u = 0; W.Width > 2 * W.OutWidth && u < W.WindowHeight; u++)
                    new Span<float>(Dx + from + u * W.Width + 2 * W.OutWidth, W.Width - 2 * W.OutWidth).Clear();
            }
        }

        // A vector that begins early enough to end at the last output writes some of dx twice, with the same numbers.
        [MethodImpl(Hot.Loop)]
        private readonly void Row(float* x, float* dy, float* dx)
        {
            var outputs = W.OutWidth;
            var j = 0;
            for (; j + T.Width <= outputs; j += T.Width)
                Whole(x + 2 * j, dy + j, dx + 2 * j);
            if (j == outputs)
                return;
            if (outputs >= T.Width)
                Whole(x + 2 * (outputs - T.Width), dy + outputs - T.Width, dx + 2 * (outputs - T.Width));
            else
                Part(x, dy, dx, outputs);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Whole(float* x, float* dy, float* dx)
        {
            T a = T.Load(x), b = T.Load(x + T.Width);
            T best = T.Even(a, b), place = T.Zero;
            Beat(T.Odd(a, b), 1, ref best, ref place);
            for (var u = 1; u < W.WindowHeight; u++)
            {
                (a, b) = (T.Load(x + u * W.Width), T.Load(x + u * W.Width + T.Width));
                Beat(T.Even(a, b), 2 * u, ref best, ref place);
                Beat(T.Odd(a, b), 2 * u + 1, ref best, ref place);
            }
            var gradient = T.Load(dy);
            for (var u = 0; u < W.WindowHeight; u++)
            {
                var even = T.WhereEqual(place, T.Constant(2 * u), gradient, T.Zero);
                var odd = T.WhereEqual(place, T.Constant(2 * u + 1), gradient, T.Zero);
                T.Store(dx + u * W.Width, T.ZipLow(even, odd));
                T.Store(dx + u * W.Width + T.Width, T.ZipHigh(even, odd));
            }
        }

        [MethodImpl(Hot.Loop)]
        private readonly void Part(float* x, float* dy, float* dx, int outputs)
        {
            T best = T.Zero, place = T.Zero;
            int low = Math.Min(2 * outputs, T.Width), high = 2 * outputs - low;
            for (var u = 0; u < W.WindowHeight; u++)
            {
                T a = T.LoadPart(x + u * W.Width, low, 0), b = T.LoadPart(x + u * W.Width + low, high, 0);
                if (u == 0)
                    best = T.Even(a, b);
                else
                    Beat(T.Even(a, b), 2 * u, ref best, ref place);
                Beat(T.Odd(a, b), 2 * u + 1, ref best, ref place);
            }
            var gradient = T.LoadPart(dy, outputs, 0);
            for (var u = 0; u < W.WindowHeight; u++)
            {
                var even = T.WhereEqual(place, T.Constant(2 * u), gradient, T.Zero);
                var odd = T.WhereEqual(place, T.Constant(2 * u + 1), gradient, T.Zero);
                T.StorePart(dx + u * W.Width, T.ZipLow(even, odd), low);
                T.StorePart(dx + u * W.Width + low, T.ZipHigh(even, odd), high);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Beat(T value, int at, ref T best, ref T place)
        {
            place = Choice.Where(value, best, T.Constant(at), place);
            best = MaxReduction.Combine(value, best);
        }
    }
}

/// <summary>Host form of the gather at the winners, for any lane width: a row of outputs after the other.</summary>
internal readonly unsafe struct HostMaxPoolGather(HostRoute host, View x, View g, View y, int planes, WindowShape window) : ILaneCall
{
    public void Run<T>() where T : struct, IHostLane<T> => host.Split(checked(planes * window.OutHeight), grain: 1,
        new Job<T> { X = x.Pointer, G = g.Pointer, Y = y.Pointer, W = window }, Winners.Cost(window));

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* X;
        public float* G;
        public float* Y;
        public WindowShape W;

        public void Run(int first, int last)
        {
            var most = PoolStrip.Most(W);
            var scratch = stackalloc float[HostWinners<T>.Room(W)];
            var winners = new HostWinners<T>(W, scratch);
            for (var start = 0; start < W.OutWidth; start += most)
            {
                var block = new PoolStrip(W, start, Math.Min(most, W.OutWidth - start));
                winners.Enter(block);
                for (var at = first; at < last; at++)
                {
                    var plane = at / W.OutHeight;
                    var top = (at - plane * W.OutHeight) * W.RowStride - W.Top;
                    winners.Find(X + (long)plane * W.Pixels, top);
                    Take(winners, G + (long)plane * W.Pixels, Y + (long)at * W.OutWidth + start, top, block.Outputs);
                }
            }
        }

        [MethodImpl(Hot.Loop)]
        private static void Take(in HostWinners<T> winners, float* g, float* y, int top, int outputs)
        {
            for (var j = 0; j < outputs; j++)
            {
                var pixel = winners.Pixel(top, j);
                y[j] = pixel >= 0 ? g[pixel] : 0;
            }
        }
    }
}

/// <summary>Which windows are two columns wide and lie side by side without padding, so that vectors pair their columns.</summary>
internal static class HostPairs
{
    /// <summary>Whether a window is one of these.</summary>
    public static bool Fit(in WindowShape window) => window is { WindowWidth: 2, ColumnStride: 2, ColumnDilation: 1, Top: 0, Left: 0 }
        && (window.RowDilation == 1 || window.WindowHeight == 1) && window.RowStride >= window.WindowHeight
        && 2 * window.OutWidth <= window.Width && (window.OutHeight - 1) * window.RowStride + window.WindowHeight <= window.Height;
}

/// <summary>What it takes to find winners.</summary>
internal static class Winners
{
    /// <summary>Rough nanoseconds a row of outputs takes on one thread.</summary>
    public static float Cost(in WindowShape window) =>
        20 + 0.2f * window.WindowHeight * window.Width + (window.ColumnStride <= 2 ? 0.3f : 2f) * window.WindowWidth * window.OutWidth + 2f * window.OutWidth;
}
