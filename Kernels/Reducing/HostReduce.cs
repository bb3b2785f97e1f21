using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>Host form over rows, for any lane width: y[r, chunk] = scale * reduce of a chunk of row r.</summary>
internal readonly unsafe struct RowReduce<TReduction>(
    HostRoute host, float* x, float* y, int rows, int length, int chunks, int chunk, float scale) : ILaneCall
    where TReduction : struct, IReduction
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var job = new Job<T> { X = x, Y = y, Length = length, Chunks = chunks, Chunk = chunk, Scale = scale };
        var each = Math.Min(length, chunk);
        host.Split(checked(rows * chunks), grain: each < 1024 ? 16 : 1, job, cost: 12 + each * 0.06f);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* X;
        public float* Y;
        public int Length;
        public int Chunks;
        public int Chunk;
        public float Scale;

        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            for (var at = first; at < last; at++)
            {
                var row = at / Chunks;
                var start = (at - row * Chunks) * Chunk;
                var count = Math.Min(Chunk, Length - start);
                Y[at] = Scale * HostRow.Reduce<TReduction, T>(X + (long)row * Length + start, count);
            }
        }
    }
}

/// <summary>Host form over columns, for any lane width: y[o, chunk, c] = scale * reduce over a chunk's rows of column c.</summary>
internal readonly unsafe struct ColumnReduce<TReduction>(
    HostRoute host, float* x, float* y, int outer, int length, int inner, long stride, int chunks, int chunk, float scale) : ILaneCall
    where TReduction : struct, IReduction
{
    // Whole pages where there are chunks enough for all threads, narrower blocks where the columns have to be shared out.
    private int Block => (long)outer * chunks >= 16 ? 1024 : 256;

    public void Run<T>() where T : struct, IHostLane<T>
    {
        var blocks = (inner + Block - 1) / Block;
        var job = new Job<T>
        {
            X = x,
            Y = y,
            Length = length,
            Inner = inner,
            Stride = stride,
            Chunks = chunks,
            Chunk = chunk,
            Blocks = blocks,
            Block = Block,
            Scale = scale,
        };
        var each = (float)Math.Min(length, chunk) * Math.Min(inner, Block);
        host.Split(checked(outer * chunks * blocks), grain: each < 1024 ? 16 : 1, job, cost: 12 + each * 0.06f);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* X;
        public float* Y;
        public int Length;
        public int Inner;
        public long Stride;
        public int Chunks;
        public int Chunk;
        public int Blocks;
        public int Block;
        public float Scale;

        public void Run(int first, int last)
        {
            for (var at = first; at < last; at++)
            {
                var part = at / Blocks;
                var column = (at - part * Blocks) * Block;
                var outer = part / Chunks;
                var start = (part - outer * Chunks) * Chunk;
                Columns(X + outer * Stride + (long)start * Inner + column, Y + (long)part * Inner + column,
                    Math.Min(Chunk, Length - start), Math.Min(Block, Inner - column));
            }
        }

        private readonly void Columns(float* x, float* y, int rows, int width)
        {
            var whole = Inner >= ReduceKernels.Narrow && rows > 0 ? width / T.Width * T.Width : 0;
            if (whole > 0)
                Wide(x, y, rows, whole);
            if (whole < width)
                Stripes(x + whole, y + whole, rows, width - whole);
        }

        private readonly void Wide(float* x, float* y, int rows, int width)
        {
            var row = 0;
            for (; row + 8 <= rows; row += 8)
                Eight(x + (long)row * Inner, y, width, row == 0);
            for (; row < rows; row++)
                One(x + (long)row * Inner, y, width, row == 0);
            if (Scale != 1f)
                Multiply(y, width);
        }

        // Eight rows at a time: eight streams that the processor prefetches, and one read and write of y for all of them.
        [MethodImpl(Hot.Loop)]
        private readonly void Eight(float* x, float* y, int width, bool start)
        {
            long s = Inner;
            for (var c = 0; c < width; c += T.Width)
            {
                var p = x + c;
                var a = TReduction.Combine(T.Load(p), T.Load(p + s));
                var b = TReduction.Combine(T.Load(p + 2 * s), T.Load(p + 3 * s));
                var d = TReduction.Combine(T.Load(p + 4 * s), T.Load(p + 5 * s));
                var e = TReduction.Combine(T.Load(p + 6 * s), T.Load(p + 7 * s));
                var sum = TReduction.Combine(TReduction.Combine(a, b), TReduction.Combine(d, e));
                T.Store(y + c, start ? sum : TReduction.Combine(T.Load(y + c), sum));
            }
        }

        [MethodImpl(Hot.Loop)]
        private readonly void One(float* x, float* y, int width, bool start)
        {
            for (var c = 0; c < width; c += T.Width)
                T.Store(y + c, start ? T.Load(x + c) : TReduction.Combine(T.Load(y + c), T.Load(x + c)));
        }

        [MethodImpl(Hot.Loop)]
        private readonly void Multiply(float* y, int width)
        {
            for (var c = 0; c < width; c += T.Width)
                T.Store(y + c, T.Load(y + c) * T.Constant(Scale));
        }

        // One vector of columns after the other, so that narrow rows need no memory for partial results.
        [MethodImpl(Hot.Loop)]
        private readonly void Stripes(float* x, float* y, int rows, int width)
        {
            var scale = T.Constant(Scale);
            var column = 0;
            for (; column + T.Width <= width; column += T.Width)
                T.Store(y + column, scale * Stripe(x + column, rows, T.Width));
            if (column < width)
                T.StorePart(y + column, scale * Stripe(x + column, rows, width - column), width - column);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly T Stripe(float* x, int rows, int count)
        {
            long s = Inner;
            T a = T.Constant(TReduction.Identity), b = a, c = a, d = a;
            var row = 0;
            for (; row + 4 <= rows; row += 4, x += 4 * s)
            {
                a = TReduction.Combine(a, Load(x, count));
                b = TReduction.Combine(b, Load(x + s, count));
                c = TReduction.Combine(c, Load(x + 2 * s, count));
                d = TReduction.Combine(d, Load(x + 3 * s, count));
            }
            for (; row < rows; row++, x += s)
                a = TReduction.Combine(a, Load(x, count));
            return TReduction.Combine(TReduction.Combine(a, b), TReduction.Combine(c, d));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static T Load(float* x, int count) => count == T.Width ? T.Load(x) : T.LoadPart(x, count, TReduction.Identity);
    }
}

/// <summary>Host form of the end of bundles, for any lane width: the rows of a bundle, then those that filled none.</summary>
internal readonly unsafe struct BundleReduce<TReduction>(
    HostRoute host, float* x, float* bundles, float* y, int outer, int size, int length, int inner, float scale) : ILaneCall
    where TReduction : struct, IReduction
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var job = new Job<T> { X = x, Bundles = bundles, Y = y, Size = size, Length = length, Inner = inner, Scale = scale };
        host.Split(outer, grain: 1, job, cost: 5 + 0.1f * inner * (size + length % size));
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* X;
        public float* Bundles;
        public float* Y;
        public int Size;
        public int Length;
        public int Inner;
        public float Scale;

        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            var rest = Length % Size;
            for (var outer = first; outer < last; outer++)
            {
                var bundle = Bundles + (long)outer * Size * Inner;
                var x = X + ((long)outer * Length + Length - rest) * Inner;
                for (var c = 0; c < Inner; c += T.Width)
                {
                    var count = Math.Min(T.Width, Inner - c);
                    var sum = Rows(bundle + c, Size, count, T.Constant(TReduction.Identity));
                    sum = Rows(x + c, rest, count, sum);
                    T.StorePart(Y + (long)outer * Inner + c, T.Constant(Scale) * sum, count);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly T Rows(float* x, int rows, int count, T sum)
        {
            for (var row = 0; row < rows; row++, x += Inner)
                sum = TReduction.Combine(sum, count == T.Width ? T.Load(x) : T.LoadPart(x, count, TReduction.Identity));
            return sum;
        }
    }
}
