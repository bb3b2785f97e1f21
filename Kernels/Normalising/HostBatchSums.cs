using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>Host form of the backward sums: blocks of channels, and chunks of the batch, vector by vector. Reads x and dy once.</summary>
internal readonly unsafe struct HostBatchSums(
    HostRoute host, View x, View dy, View statistics, View sums, View workspace, ChannelShape shape, float epsilon) : ILaneCall
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var chunks = shape.Chunks;
        var job = new Job<T>
        {
            X = x.Pointer,
            Dy = dy.Pointer,
            Statistics = statistics.Pointer,
            Sums = sums.Pointer,
            Partial = workspace.Pointer,
            Shape = shape,
            Chunks = chunks,
            Epsilon = epsilon,
        };
        var each = (float)shape.Elements / (chunks * shape.Blocks);
        host.Split(chunks * shape.Blocks, grain: 1, job, cost: 30 + 0.2f * each);
        if (chunks > 1)
            host.Split(2 * shape.Channels, grain: 16, new End { Sums = sums.Pointer, Partial = workspace.Pointer, Count = 2 * shape.Channels, Chunks = chunks }, cost: 2 * chunks);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        /// <summary>Rows of a matrix that are summed in float.</summary>
        private const int Rows = 128;

        public float* X;
        public float* Dy;
        public float* Statistics;
        public float* Sums;
        public float* Partial;
        public ChannelShape Shape;
        public int Chunks;
        public float Epsilon;

        public void Run(int first, int last)
        {
            for (var piece = first; piece < last; piece++)
            {
                var chunk = piece / Shape.Blocks;
                var block = piece - chunk * Shape.Blocks;
                if (Shape.Pixels > 1)
                    Channel(chunk, block);
                else
                    Columns(chunk, block * ChannelShape.Columns);
            }
        }

        private readonly void Channel(int chunk, int channel)
        {
            var (sum, product) = (0.0, 0.0);
            for (var item = Shape.Start(chunk, Chunks); item < Shape.Start(chunk + 1, Chunks); item++)
            {
                var at = ((long)item * Shape.Channels + channel) * Shape.Pixels;
                HostMoments.AddProducts<T>(ref sum, ref product, X + at, Dy + at, Shape.Pixels, Statistics[channel], Statistics[channel + Shape.Channels]);
            }
            Keep(chunk, channel, sum, product);
        }

        private readonly void Columns(int chunk, int from)
        {
            var columns = Math.Min(ChannelShape.Columns, Shape.Channels - from);
            double* sums = stackalloc double[ChannelShape.Columns];
            double* products = stackalloc double[ChannelShape.Columns];
            new Span<double>(sums, columns).Clear();
            new Span<double>(products, columns).Clear();
            var end = Shape.Start(chunk + 1, Chunks);
            for (var item = Shape.Start(chunk, Chunks); item < end; item += Rows)
            {
                var rows = Math.Min(Rows, end - item);
                for (var column = 0; column < columns; column += T.Width)
                    AddColumns(sums + column, products + column, item, rows, from + column, Math.Min(T.Width, columns - column));
            }
            for (var column = 0; column < columns; column++)
                Keep(chunk, from + column, sums[column], products[column]);
        }

        [MethodImpl(Hot.Loop)]
        private readonly void AddColumns(double* sums, double* products, int item, int rows, int column, int count)
        {
            long s = Shape.Channels;
            T mean = Load(Statistics + column, count), rest = Load(Statistics + column + s, count);
            T a = T.Zero, b = T.Zero, c = T.Zero, d = T.Zero;
            float* x = X + item * s + column, dy = Dy + item * s + column;
            var row = 0;
            for (; row + 2 <= rows; row += 2, x += 2 * s, dy += 2 * s)
            {
                T p = Load(dy, count), q = Load(dy + s, count);
                a += p;
                b += q;
                c = T.MultiplyAdd(p, Load(x, count) - mean - rest, c);
                d = T.MultiplyAdd(q, Load(x + s, count) - mean - rest, d);
            }
            if (row < rows)
            {
                var p = Load(dy, count);
                a += p;
                c = T.MultiplyAdd(p, Load(x, count) - mean - rest, c);
            }
            float* numbers = stackalloc float[2 * 16];
            T.Store(numbers, a + b);
            T.Store(numbers + 16, c + d);
            for (var k = 0; k < count; k++)
            {
                sums[k] += numbers[k];
                products[k] += numbers[16 + k];
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static T Load(float* x, int count) => count == T.Width ? T.Load(x) : T.LoadPart(x, count, 0);

        private readonly void Keep(int chunk, int channel, double sum, double product)
        {
            var to = Chunks == 1 ? Sums : Partial + 2L * chunk * Shape.Channels;
            to[channel] = (float)sum;
            to[channel + Shape.Channels] = (float)(product * HostMoments.Factor(Statistics[channel + 2L * Shape.Channels], Epsilon));
        }
    }

    /// <summary>Adds the chunks up.</summary>
    private struct End : IHostJob
    {
        public float* Sums;
        public float* Partial;
        public int Count;
        public int Chunks;

        public void Run(int first, int last)
        {
            for (var at = first; at < last; at++)
            {
                var sum = 0.0;
                for (var chunk = 0; chunk < Chunks; chunk++)
                    sum += Partial[(long)chunk * Count + at];
                Sums[at] = (float)sum;
            }
        }
    }
}
