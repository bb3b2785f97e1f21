using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>Host form of the statistics: blocks of channels, and chunks of the batch, vector by vector. Reads x once.</summary>
internal readonly unsafe struct HostBatchStatistics(HostRoute host, View x, View statistics, View workspace, ChannelShape shape) : ILaneCall
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var chunks = shape.Chunks;
        var job = new Job<T> { X = x.Pointer, Statistics = statistics.Pointer, Partial = workspace.Pointer, Shape = shape, Chunks = chunks };
        var each = (float)shape.Elements / (chunks * shape.Blocks);
        host.Split(chunks * shape.Blocks, grain: 1, job, cost: 30 + 0.15f * each);
        if (chunks > 1)
            host.Split(shape.Channels, grain: 16, new End { Statistics = statistics.Pointer, Partial = workspace.Pointer, Shape = shape, Chunks = chunks }, cost: 10 * chunks);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        /// <summary>Rows of a matrix that are summed in float.</summary>
        private const int Rows = 128;

        public float* X;
        public float* Statistics;
        public float* Partial;
        public ChannelShape Shape;
        public int Chunks;

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
            var moments = default(Moments);
            for (var item = Shape.Start(chunk, Chunks); item < Shape.Start(chunk + 1, Chunks); item++)
                HostMoments.Add<T>(ref moments, X + ((long)item * Shape.Channels + channel) * Shape.Pixels, Shape.Pixels);
            Keep(chunk, channel, moments);
        }

        private readonly void Columns(int chunk, int from)
        {
            var columns = Math.Min(ChannelShape.Columns, Shape.Channels - from);
            var moments = stackalloc Moments[ChannelShape.Columns];
            var end = Shape.Start(chunk + 1, Chunks);
            for (var item = Shape.Start(chunk, Chunks); item < end; item += Rows)
            {
                var rows = Math.Min(Rows, end - item);
                for (var column = 0; column < columns; column += T.Width)
                    AddColumns(moments + column, X + (long)item * Shape.Channels + from + column, rows, Math.Min(T.Width, columns - column));
            }
            for (var column = 0; column < columns; column++)
                Keep(chunk, from + column, moments[column]);
        }

        // As a run of one channel, with a column in each element of the vectors.
        [MethodImpl(Hot.Loop)]
        private readonly void AddColumns(Moments* moments, float* x, int rows, int count)
        {
            long s = Shape.Channels;
            var top = Load(x, count);
            T a = T.Zero, b = T.Zero;
            var row = 0;
            for (; row + 2 <= rows; row += 2)
            {
                a += Load(x + row * s, count) - top;
                b += Load(x + (row + 1) * s, count) - top;
            }
            if (row < rows)
                a += Load(x + row * s, count) - top;
            var centre = top + (a + b) * T.Constant(1f / rows);
            a = b = T.Zero;
            T c = T.Zero, d = T.Zero;
            for (row = 0; row + 2 <= rows; row += 2)
            {
                T p = Load(x + row * s, count) - centre, q = Load(x + (row + 1) * s, count) - centre;
                a += p;
                b += q;
                c = T.MultiplyAdd(p, p, c);
                d = T.MultiplyAdd(q, q, d);
            }
            if (row < rows)
            {
                var p = Load(x + row * s, count) - centre;
                a += p;
                c = T.MultiplyAdd(p, p, c);
            }
            float* numbers = stackalloc float[3 * 16];
            T.Store(numbers, centre);
            T.Store(numbers + 16, a + b);
            T.Store(numbers + 32, c + d);
            for (var k = 0; k < count; k++)
            {
                double away = numbers[16 + k];
                moments[k].Add(rows, numbers[k] + away / rows, numbers[32 + k] - away * away / rows);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static T Load(float* x, int count) => count == T.Width ? T.Load(x) : T.LoadPart(x, count, 0);

        private readonly void Keep(int chunk, int channel, in Moments moments)
        {
            var (mean, rest) = HostMoments.Split(moments.Mean);
            var to = Chunks == 1 ? Statistics : Partial + 3L * chunk * Shape.Channels;
            to[channel] = mean;
            to[channel + Shape.Channels] = rest;
            to[channel + 2L * Shape.Channels] = (float)(Chunks == 1 ? moments.Variance : moments.Squares);
        }
    }

    /// <summary>Puts the chunks of the channels [first, last) together.</summary>
    private struct End : IHostJob
    {
        public float* Statistics;
        public float* Partial;
        public ChannelShape Shape;
        public int Chunks;

        public void Run(int first, int last)
        {
            for (var channel = first; channel < last; channel++)
            {
                var moments = default(Moments);
                for (var chunk = 0; chunk < Chunks; chunk++)
                {
                    var from = Partial + 3L * chunk * Shape.Channels + channel;
                    var count = (double)(Shape.Start(chunk + 1, Chunks) - Shape.Start(chunk, Chunks)) * Shape.Pixels;
                    moments.Add(count, (double)from[0] + from[Shape.Channels], from[2L * Shape.Channels]);
                }
                var (mean, rest) = HostMoments.Split(moments.Mean);
                Statistics[channel] = mean;
                Statistics[channel + Shape.Channels] = rest;
                Statistics[channel + 2L * Shape.Channels] = (float)moments.Variance;
            }
        }
    }
}
