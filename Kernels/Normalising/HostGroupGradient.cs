using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Host form of the gradients of normalised rows: a part of the batch on one thread, row by row. A row is read from memory
/// once and stays in cache for its statistics, its sums and its gradient; the sums over rows are kept for each part.
/// </summary>
internal readonly unsafe struct HostGroupGradient(
    HostRoute host, View x, View dy, View gain, View dx, View sums, View workspace, GroupShape shape, float epsilon) : ILaneCall
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var parts = shape.Parts;
        var job = new Job<T>
        {
            X = x.Pointer,
            Dy = dy.Pointer,
            Gain = gain.Pointer,
            Dx = dx.Pointer,
            Sums = parts > 1 ? workspace.Pointer : sums.Pointer,
            Shape = shape,
            Epsilon = epsilon,
        };
        host.Split(parts * shape.Groups, grain: 1, job, cost: (float)shape.Batch / parts * (80 + 0.6f * shape.Length));
        if (parts > 1)
            host.Split(2 * shape.Channels, grain: 256, new End<T> { Parts = workspace.Pointer, Sums = sums.Pointer, Count = 2 * shape.Channels, Number = parts }, cost: 0.1f * parts);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        /// <summary>Numbers that are summed in float.</summary>
        private const int Segment = 4096;

        public float* X;
        public float* Dy;
        public float* Gain;
        public float* Dx;
        public float* Sums;
        public GroupShape Shape;
        public float Epsilon;

        public void Run(int first, int last)
        {
            for (var piece = first; piece < last; piece++)
            {
                var part = piece / Shape.Groups;
                var group = piece - part * Shape.Groups;
                var start = Shape.Start(part);
                for (var item = start; item < Shape.Start(part + 1); item++)
                    Row(item * Shape.Groups + group, group * Shape.GroupChannels, Sums + 2L * part * Shape.Channels, item == start);
            }
        }

        private readonly void Row(int row, int channel, float* sums, bool isFirst)
        {
            var at = (long)row * Shape.Length;
            float* x = X + at, dy = Dy + at, dx = Dx + at;
            var moments = default(Moments);
            HostMoments.Add<T>(ref moments, x, Shape.Length);
            var (mean, rest) = HostMoments.Split(moments.Mean);
            var factor = HostMoments.Factor(moments.Variance, Epsilon);
            float* gain = Gain + channel, dBias = sums + channel, dGain = dBias + Shape.Channels;
            var (sum, product) = (0.0, 0.0);
            if (Shape.Pixels == 1)
                for (var start = 0; start < Shape.Length; start += Segment)
                    AddEach(ref sum, ref product, x + start, dy + start, gain + start, dBias + start, dGain + start, Math.Min(Segment, Shape.Length - start), mean, rest, factor, isFirst);
            else
                AddPlanes(ref sum, ref product, x, dy, gain, dBias, dGain, mean, rest, factor, isFirst);

            // dx = r v - r^3 mean(v (x - mean)) (x - mean) - r mean v: two multiply-adds an element.
            var shift = (float)(-factor * sum / Shape.Length);
            var slope = (float)(-(double)factor * factor * factor * product / Shape.Length);
            if (Shape.Pixels == 1)
                Each(x, dy, gain, dx, mean, rest, factor, slope, shift);
            else
                for (var c = 0; c < Shape.GroupChannels; c++)
                    Plane(x + (long)c * Shape.Pixels, dy + (long)c * Shape.Pixels, dx + (long)c * Shape.Pixels, mean, rest, factor * gain[c], slope, shift);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void AddEach(
            ref double sum, ref double product, float* x, float* dy, float* gain, float* dBias, float* dGain, int count, float mean, float rest, float factor, bool isFirst)
        {
            T m = T.Constant(mean), l = T.Constant(rest), f = T.Constant(factor);
            T a = T.Zero, b = T.Zero, c = T.Zero, d = T.Zero;
            var w = T.Width;
            var at = 0;
            if (isFirst)
            {
                for (; at + w <= count; at += w)
                {
                    T p = T.Load(dy + at), q = p * (T.Load(x + at) - m - l), g = T.Load(gain + at);
                    T.Store(dBias + at, p);
                    T.Store(dGain + at, q * f);
                    a = T.MultiplyAdd(p, g, a);
                    c = T.MultiplyAdd(q, g, c);
                }
            }
            else
            {
                for (; at + w <= count; at += w)
                {
                    T p = T.Load(dy + at), q = p * (T.Load(x + at) - m - l), g = T.Load(gain + at);
                    T.Store(dBias + at, T.Load(dBias + at) + p);
                    T.Store(dGain + at, T.MultiplyAdd(q, f, T.Load(dGain + at)));
                    a = T.MultiplyAdd(p, g, a);
                    c = T.MultiplyAdd(q, g, c);
                }
            }
            var left = count - at;
            if (left > 0)
            {
                T p = T.LoadPart(dy + at, left, 0), q = p * (T.LoadPart(x + at, left, 0) - m - l), g = T.LoadPart(gain + at, left, 0);
                T.StorePart(dBias + at, isFirst ? p : T.LoadPart(dBias + at, left, 0) + p, left);
                T.StorePart(dGain + at, isFirst ? q * f : T.MultiplyAdd(q, f, T.LoadPart(dGain + at, left, 0)), left);
                b = p * g;
                d = q * g;
            }
            sum += T.Sum(a + b);
            product += T.Sum(c + d);
        }

        private readonly void AddPlanes(
            ref double sum, ref double product, float* x, float* dy, float* gain, float* dBias, float* dGain, float mean, float rest, float factor, bool isFirst)
        {
            for (var c = 0; c < Shape.GroupChannels; c++)
            {
                var (own, products) = (0.0, 0.0);
                HostMoments.AddProducts<T>(ref own, ref products, x + (long)c * Shape.Pixels, dy + (long)c * Shape.Pixels, Shape.Pixels, mean, rest);
                sum += own * gain[c];
                product += products * gain[c];
                dBias[c] = (isFirst ? 0 : dBias[c]) + (float)own;
                dGain[c] = (isFirst ? 0 : dGain[c]) + (float)(products * factor);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Each(float* x, float* dy, float* gain, float* dx, float mean, float rest, float factor, float slope, float shift)
        {
            T m = T.Constant(mean), l = T.Constant(rest), f = T.Constant(factor), s = T.Constant(slope), t = T.Constant(shift);
            var at = 0;
            for (; at + T.Width <= Shape.Length; at += T.Width)
                T.Store(dx + at, T.MultiplyAdd(T.Load(dy + at) * T.Load(gain + at), f, T.MultiplyAdd(T.Load(x + at) - m - l, s, t)));
            var left = Shape.Length - at;
            if (left > 0)
                T.StorePart(dx + at, T.MultiplyAdd(T.LoadPart(dy + at, left, 0) * T.LoadPart(gain + at, left, 0), f, T.MultiplyAdd(T.LoadPart(x + at, left, 0) - m - l, s, t)), left);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Plane(float* x, float* dy, float* dx, float mean, float rest, float scale, float slope, float shift)
        {
            T m = T.Constant(mean), l = T.Constant(rest), f = T.Constant(scale), s = T.Constant(slope), t = T.Constant(shift);
            var at = 0;
            for (; at + T.Width <= Shape.Pixels; at += T.Width)
                T.Store(dx + at, T.MultiplyAdd(T.Load(dy + at), f, T.MultiplyAdd(T.Load(x + at) - m - l, s, t)));
            var left = Shape.Pixels - at;
            if (left > 0)
                T.StorePart(dx + at, T.MultiplyAdd(T.LoadPart(dy + at, left, 0), f, T.MultiplyAdd(T.LoadPart(x + at, left, 0) - m - l, s, t)), left);
        }
    }

    /// <summary>Adds the parts up, column by column.</summary>
    private struct End<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* Parts;
        public float* Sums;
        public int Count;
        public int Number;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int first, int last)
        {
            for (var column = first; column < last; column += T.Width)
            {
                var count = Math.Min(T.Width, last - column);
                var sum = T.LoadPart(Parts + column, count, 0);
                for (var part = 1; part < Number; part++)
                    sum += T.LoadPart(Parts + (long)part * Count + column, count, 0);
                T.StorePart(Sums + column, sum, count);
            }
        }
    }
}
