using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>
/// Host form of the strided copy: runs that are contiguous on both sides are copied as spans, repeated ones filled, and where
/// x is contiguous along another axis than y, the two are transposed in tiles.
/// </summary>
internal static unsafe class HostCopy
{
    private const int Piece = 8192;

    // A tile writes whole cache lines of y (16 floats) and reads a quarter of a page of each of 16 rows of x.
    private const int TileTo = 16;
    private const int TileFrom = 256;

    public static void Run(HostRoute host, View x, View y, CopyAxes axes, long xOffset, long yOffset)
    {
        var from = x.Pointer + xOffset;
        var to = y.Pointer + yOffset;
        var across = Contiguous(axes);
        if (across > 0)
        {
            axes.MoveToSecond(across);
            var job = new Tiles { X = from, Y = to, Axes = axes };
            var tiles = axes.Count / axes[0].Size / axes[1].Size * Parts(axes[0].Size, TileTo) * Parts(axes[1].Size, TileFrom);
            host.Split(checked((int)tiles), grain: 1, job, cost: 0.5f * axes.Count / tiles);
            return;
        }
        var pieces = Parts(axes[0].Size, Piece);
        var runs = new Runs { X = from, Y = to, Axes = axes, Pieces = pieces };
        var count = axes.Count / axes[0].Size * pieces;
        host.Split(checked((int)count), grain: 1, runs, cost: 4 + 0.25f * axes.Count / count);
    }

    /// <summary>The axis along which x is contiguous, if y is contiguous along the first one and x is not; else 0.</summary>
    private static int Contiguous(in CopyAxes axes)
    {
        if (axes[0].To != 1 || axes[0].From is 0 or 1)
            return 0;
        for (var k = 1; k < axes.Rank; k++)
        {
            if (axes[k].From == 1)
                return k;
        }
        return 0;
    }

    private static int Parts(int a, int b) => (a + b - 1) / b;

    private struct Runs : IHostJob
    {
        public float* X;
        public float* Y;
        public CopyAxes Axes;
        public int Pieces;

        public void Run(int first, int last)
        {
            var inner = Axes[0];
            for (var at = first; at < last; at++)
            {
                long from = 0, to = 0;
                var rest = at;
                var start = 0;
                var count = inner.Size;
                if (Pieces > 1)
                {
                    new CopyAxis(Pieces, Piece, 0).Take(ref rest, ref from, ref to);
                    start = (int)from;
                    count = Math.Min(Piece, count - start);
                    from = 0;
                }
                for (var k = 1; k < Axes.Rank; k++)
                    Axes[k].Take(ref rest, ref from, ref to);
                Copy(X + from + start * inner.From, Y + to + start * inner.To, count, inner.From, inner.To);
            }
        }

        private static void Copy(float* x, float* y, int count, long from, long to)
        {
            if (to == 1 && from == 1)
            {
                new ReadOnlySpan<float>(x, count).CopyTo(new Span<float>(y, count));
            }
            else if (to == 1 && from == 0)
            {
                new Span<float>(y, count).Fill(*x);
            }
            else
            {
                for (var k = 0; k < count; k++)
                    y[k * to] = x[k * from];
            }
        }
    }

    private struct Tiles : IHostJob
    {
        public float* X;
        public float* Y;
        public CopyAxes Axes;

        public void Run(int first, int last)
        {
            var a = Axes[0];
            var b = Axes[1];
            var alongTo = new CopyAxis(Parts(a.Size, TileTo), TileTo, 0);
            var alongFrom = new CopyAxis(Parts(b.Size, TileFrom), TileFrom, 0);
            for (var at = first; at < last; at++)
            {
                long i = 0, j = 0, from = 0, to = 0;
                var rest = at;
                alongTo.Take(ref rest, ref i, ref to);
                alongFrom.Take(ref rest, ref j, ref to);
                for (var k = 2; k < Axes.Rank; k++)
                    Axes[k].Take(ref rest, ref from, ref to);
                Transpose(X + from + i * a.From + j, Y + to + i + j * b.To, (int)Math.Min(TileTo, a.Size - i), (int)Math.Min(TileFrom, b.Size - j), a.From, b.To);
            }
        }

        /// <summary>y[i + j to] = x[i from + j] for i below rows and j below columns.</summary>
        [MethodImpl(Hot.Loop)]
        private static void Transpose(float* x, float* y, int rows, int columns, long from, long to)
        {
            var j = 0;
            if (rows == TileTo && Sse.IsSupported)
            {
                for (; j + 4 <= columns; j += 4)
                {
                    for (var i = 0; i < TileTo; i += 4)
                        Four(x + i * from + j, y + i + j * to, from, to);
                }
            }
            for (; j < columns; j++)
            {
                for (var i = 0; i < rows; i++)
                    y[i + j * to] = x[i * from + j];
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Four(float* x, float* y, long from, long to)
        {
            var a = Vector128.Load(x);
            var b = Vector128.Load(x + from);
            var c = Vector128.Load(x + 2 * from);
            var d = Vector128.Load(x + 3 * from);
            var ab = Sse.UnpackLow(a, b);
            var cd = Sse.UnpackLow(c, d);
            Sse.MoveLowToHigh(ab, cd).Store(y);
            Sse.MoveHighToLow(cd, ab).Store(y + to);
            ab = Sse.UnpackHigh(a, b);
            cd = Sse.UnpackHigh(c, d);
            Sse.MoveLowToHigh(ab, cd).Store(y + 2 * to);
            Sse.MoveHighToLow(cd, ab).Store(y + 3 * to);
        }
    }
}
