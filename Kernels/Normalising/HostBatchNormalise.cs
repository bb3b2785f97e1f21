using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>Host form of the normalisation: planes of a channel, or rows of features, vector by vector.</summary>
internal readonly unsafe struct HostBatchNormalise(
    HostRoute host, View x, View statistics, View gain, View bias, View y, ChannelShape shape, float epsilon, ProductEnd? end) : ILaneCall
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var job = new Job<T>
        {
            X = x.Pointer,
            Statistics = statistics.Pointer,
            Gain = gain.Pointer,
            Bias = bias.Pointer,
            Y = y.Pointer,
            Shape = shape,
            Epsilon = epsilon,
            End = end,
            // An end finds its numbers in the cache.
            Past = end is null && PastCaches.Pay(shape.Elements, 2, shape.Pixels, y.Pointer),
        };
        if (shape.Pixels > 1)
            host.Split(shape.Batch * shape.Channels, grain: 1, job, cost: 10 + 0.15f * shape.Pixels);
        else
            host.Split(shape.Batch, grain: 16, job, cost: 5 + 0.2f * shape.Channels);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* X;
        public float* Statistics;
        public float* Gain;
        public float* Bias;
        public float* Y;
        public ChannelShape Shape;
        public float Epsilon;
        public ProductEnd? End;
        public bool Past;

        public void Run(int first, int last)
        {
            if (Shape.Pixels == 1)
            {
                for (var column = 0; column < Shape.Channels; column += T.Width)
                    Columns(first, last, column, Math.Min(T.Width, Shape.Channels - column));
                return;
            }
            for (var plane = first; plane < last; plane++)
            {
                Plane(plane);
                End?.Run(T.Width, plane, plane + 1, 0, Shape.Pixels);
            }
            PastCaches.End(Past);
        }

        [MethodImpl(Hot.Loop)]
        private readonly void Plane(int plane)
        {
            var channel = plane % Shape.Channels;
            var at = (long)plane * Shape.Pixels;
            float* x = X + at, y = Y + at;
            T mean = T.Constant(Statistics[channel]), rest = T.Constant(Statistics[channel + Shape.Channels]);
            var scale = T.Constant(Gain[channel] * HostMoments.Factor(Statistics[channel + 2L * Shape.Channels], Epsilon));
            var bias = T.Constant(Bias[channel]);
            var p = 0;
            for (; p + T.Width <= Shape.Pixels; p += T.Width)
                PastCaches.Store(y + p, T.MultiplyAdd(T.Load(x + p) - mean - rest, scale, bias), Past);
            if (p < Shape.Pixels)
                T.StorePart(y + p, T.MultiplyAdd(T.LoadPart(x + p, Shape.Pixels - p, 0) - mean - rest, scale, bias), Shape.Pixels - p);
        }

        [MethodImpl(Hot.Loop)]
        private readonly void Columns(int first, int last, int column, int count)
        {
            long s = Shape.Channels;
            T mean = Load(Statistics + column, count), rest = Load(Statistics + column + s, count);
            var scale = Load(Gain + column, count) * ColumnFactor<T>.Of(Load(Statistics + column + 2 * s, count), Epsilon);
            var bias = Load(Bias + column, count);
            for (var row = first; row < last; row++)
            {
                var at = row * s + column;
                var y = T.MultiplyAdd(Load(X + at, count) - mean - rest, scale, bias);
                if (count == T.Width)
                    T.Store(Y + at, y);
                else
                    T.StorePart(Y + at, y, count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static T Load(float* x, int count) => count == T.Width ? T.Load(x) : T.LoadPart(x, count, 0);
    }
}

/// <summary>Host form of the gradient by x: planes of a channel, or rows of features, vector by vector.</summary>
internal readonly unsafe struct HostBatchGradient(
    HostRoute host, View x, View dy, View statistics, View gain, View sums, View dx, ChannelShape shape, float epsilon) : ILaneCall
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var job = new Job<T>
        {
            X = x.Pointer,
            Dy = dy.Pointer,
            Statistics = statistics.Pointer,
            Gain = gain.Pointer,
            Sums = sums.Pointer,
            Dx = dx.Pointer,
            Shape = shape,
            Epsilon = epsilon,
            Past = PastCaches.Pay(shape.Elements, 3, shape.Pixels, dx.Pointer),
        };
        if (shape.Pixels > 1)
            host.Split(shape.Batch * shape.Channels, grain: 1, job, cost: 15 + 0.2f * shape.Pixels);
        else
            host.Split(shape.Batch, grain: 16, job, cost: 5 + 0.3f * shape.Channels);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* X;
        public float* Dy;
        public float* Statistics;
        public float* Gain;
        public float* Sums;
        public float* Dx;
        public ChannelShape Shape;
        public float Epsilon;
        public bool Past;

        public void Run(int first, int last)
        {
            if (Shape.Pixels == 1)
            {
                for (var column = 0; column < Shape.Channels; column += T.Width)
                    Columns(first, last, column, Math.Min(T.Width, Shape.Channels - column));
                return;
            }
            for (var plane = first; plane < last; plane++)
                Plane(plane);
            PastCaches.End(Past);
        }

        // dx = g r dy - g r^2 (sum dy xhat / m) (x - mean) - g r (sum dy / m): two multiply-adds an element.
        [MethodImpl(Hot.Loop)]
        private readonly void Plane(int plane)
        {
            var channel = plane % Shape.Channels;
            var at = (long)plane * Shape.Pixels;
            float* x = X + at, dy = Dy + at, dx = Dx + at;
            T mean = T.Constant(Statistics[channel]), rest = T.Constant(Statistics[channel + Shape.Channels]);
            var factor = HostMoments.Factor(Statistics[channel + 2L * Shape.Channels], Epsilon);
            var own = Gain[channel] * factor;
            var scale = T.Constant(own);
            var slope = T.Constant(-own * factor * (Sums[channel + Shape.Channels] / Shape.Count));
            var shift = T.Constant(-own * (Sums[channel] / Shape.Count));
            var p = 0;
            for (; p + T.Width <= Shape.Pixels; p += T.Width)
                PastCaches.Store(dx + p, T.MultiplyAdd(scale, T.Load(dy + p), T.MultiplyAdd(slope, T.Load(x + p) - mean - rest, shift)), Past);
            if (p == Shape.Pixels)
                return;
            var left = Shape.Pixels - p;
            T.StorePart(dx + p, T.MultiplyAdd(scale, T.LoadPart(dy + p, left, 0), T.MultiplyAdd(slope, T.LoadPart(x + p, left, 0) - mean - rest, shift)), left);
        }

        [MethodImpl(Hot.Loop)]
        private readonly void Columns(int first, int last, int column, int count)
        {
            long s = Shape.Channels;
            T mean = Load(Statistics + column, count), rest = Load(Statistics + column + s, count);
            var factor = ColumnFactor<T>.Of(Load(Statistics + column + 2 * s, count), Epsilon);
            var scale = Load(Gain + column, count) * factor;
            var share = T.Constant(-1f / Shape.Count);
            var slope = scale * factor * (Load(Sums + column + s, count) * share);
            var shift = scale * (Load(Sums + column, count) * share);
            for (var row = first; row < last; row++)
            {
                var at = row * s + column;
                var y = T.MultiplyAdd(scale, Load(Dy + at, count), T.MultiplyAdd(slope, Load(X + at, count) - mean - rest, shift));
                if (count == T.Width)
                    T.Store(Dx + at, y);
                else
                    T.StorePart(Dx + at, y, count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static T Load(float* x, int count) => count == T.Width ? T.Load(x) : T.LoadPart(x, count, 0);
    }
}

/// <summary>1 / sqrt(variance + epsilon) of several columns; 0 where both are 0.</summary>
internal static class ColumnFactor<T> where T : struct, IHostLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of(T variance, float epsilon)
    {
        var sum = variance + T.Constant(epsilon);
        return T.WhereEqual(sum, T.Zero, T.Zero, T.One / T.Sqrt(sum));
    }
}
