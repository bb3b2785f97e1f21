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
            Past = PastCaches.Pay(shape.Elements, 3, shape.Pixels == 1 ? shape.Length : shape.Pixels, dx.Pointer),
        };
        host.Split(parts * shape.Groups, grain: 1, job, cost: (float)shape.Batch / parts * (80 + 0.6f * shape.Length));
        if (parts > 1)
            host.Split(2 * shape.Channels, grain: 256, new End<T> { Parts = workspace.Pointer, Sums = sums.Pointer, Count = 2 * shape.Channels, Number = parts }, cost: 0.1f * parts);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        /// <summary>Numbers that are summed in float.</summary>
        private const int Segment = 4096;

        /// <summary>Rows that are summed at once, so that gains and sums over rows move through the caches once for all of them.</summary>
        private const int Four = 4;

        public float* X;
        public float* Dy;
        public float* Gain;
        public float* Dx;
        public float* Sums;
        public GroupShape Shape;
        public float Epsilon;
        public bool Past;

        public void Run(int first, int last)
        {
            for (var piece = first; piece < last; piece++)
            {
                var part = piece / Shape.Groups;
                var group = piece - part * Shape.Groups;
                var (start, end) = (Shape.Start(part), Shape.Start(part + 1));
                var sums = Sums + 2L * part * Shape.Channels;
                var item = start;
                if (Shape.Pixels == 1)
                    for (; item + Four <= end; item += Four)
                        FourRows(item * Shape.Groups + group, group * Shape.GroupChannels, sums, item == start);
                for (; item < end; item++)
                    Row(item * Shape.Groups + group, group * Shape.GroupChannels, sums, item == start);
            }
            PastCaches.End(Past);
        }

        private readonly void FourRows(int row, int channel, float* sums, bool isFirst)
        {
            var at = (long)row * Shape.Length;
            var stride = (long)Shape.Groups * Shape.Length;
            float* numbers = stackalloc float[3 * Four];
            for (var r = 0; r < Four; r++)
            {
                var moments = default(Moments);
                HostMoments.Add<T>(ref moments, X + at + r * stride, Shape.Length);
                (numbers[3 * r], numbers[3 * r + 1]) = HostMoments.Split(moments.Mean);
                numbers[3 * r + 2] = HostMoments.Factor(moments.Variance, Epsilon);
            }
            float* gain = Gain + channel, dBias = sums + channel, dGain = dBias + Shape.Channels;
            double* own = stackalloc double[2 * Four];
            new Span<double>(own, 2 * Four).Clear();
            for (var start = 0; start < Shape.Length; start += Segment)
                AddFour(own, X + at + start, Dy + at + start, stride, gain + start, dBias + start, dGain + start, Math.Min(Segment, Shape.Length - start), numbers, isFirst);
            for (var r = 0; r < Four; r++)
            {
                var factor = numbers[3 * r + 2];
                var here = at + r * stride;
                Each(X + here, Dy + here, gain, Dx + here, numbers[3 * r], numbers[3 * r + 1], factor,
                    (float)(-(double)factor * factor * own[Four + r] / Shape.Length), (float)(-factor * own[r] / Shape.Length));
            }
        }

        [MethodImpl(Hot.Loop)]
        private static void AddFour(
            double* sums, float* x, float* dy, long stride, float* gain, float* dBias, float* dGain, int count, float* numbers, bool isFirst)
        {
            T a = T.Zero, b = T.Zero, c = T.Zero, d = T.Zero;
            T e = T.Zero, f = T.Zero, g = T.Zero, h = T.Zero;
            var w = T.Width;
            for (var at = 0; at < count; at += w)
            {
                var left = Math.Min(w, count - at);
                var scale = Load(gain + at, left);
                T p = Load(dy + at, left), q = Load(dy + at + stride, left), r = Load(dy + at + 2 * stride, left), s = Load(dy + at + 3 * stride, left);
                var sum = p + q + (r + s);
                a = T.MultiplyAdd(p, scale, a);
                b = T.MultiplyAdd(q, scale, b);
                c = T.MultiplyAdd(r, scale, c);
                d = T.MultiplyAdd(s, scale, d);
                p *= (Load(x + at, left) - T.Constant(numbers[0]) - T.Constant(numbers[1])) * T.Constant(numbers[2]);
                q *= (Load(x + at + stride, left) - T.Constant(numbers[3]) - T.Constant(numbers[4])) * T.Constant(numbers[5]);
                r *= (Load(x + at + 2 * stride, left) - T.Constant(numbers[6]) - T.Constant(numbers[7])) * T.Constant(numbers[8]);
                s *= (Load(x + at + 3 * stride, left) - T.Constant(numbers[9]) - T.Constant(numbers[10])) * T.Constant(numbers[11]);
                e = T.MultiplyAdd(p, scale, e);
                f = T.MultiplyAdd(q, scale, f);
                g = T.MultiplyAdd(r, scale, g);
                h = T.MultiplyAdd(s, scale, h);
                var product = p + q + (r + s);
                if (!isFirst)
                {
                    sum += Load(dBias + at, left);
                    product += Load(dGain + at, left);
                }
                if (left == w)
                {
                    T.Store(dBias + at, sum);
                    T.Store(dGain + at, product);
                }
                else
                {
                    T.StorePart(dBias + at, sum, left);
                    T.StorePart(dGain + at, product, left);
                }
            }
            sums[0] += T.Sum(a);
            sums[1] += T.Sum(b);
            sums[2] += T.Sum(c);
            sums[3] += T.Sum(d);
            sums[4] += T.Sum(e);
            sums[5] += T.Sum(f);
            sums[6] += T.Sum(g);
            sums[7] += T.Sum(h);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static T Load(float* from, int count) => count == T.Width ? T.Load(from) : T.LoadPart(from, count, 0);

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

        [MethodImpl(Hot.Loop)]
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

        [MethodImpl(Hot.Loop)]
        private readonly void Each(float* x, float* dy, float* gain, float* dx, float mean, float rest, float factor, float slope, float shift)
        {
            T m = T.Constant(mean), l = T.Constant(rest), f = T.Constant(factor), s = T.Constant(slope), t = T.Constant(shift);
            var at = 0;
            for (; at + T.Width <= Shape.Length; at += T.Width)
                PastCaches.Store(dx + at, T.MultiplyAdd(T.Load(dy + at) * T.Load(gain + at), f, T.MultiplyAdd(T.Load(x + at) - m - l, s, t)), Past);
            var left = Shape.Length - at;
            if (left > 0)
                T.StorePart(dx + at, T.MultiplyAdd(T.LoadPart(dy + at, left, 0) * T.LoadPart(gain + at, left, 0), f, T.MultiplyAdd(T.LoadPart(x + at, left, 0) - m - l, s, t)), left);
        }

        [MethodImpl(Hot.Loop)]
        private readonly void Plane(float* x, float* dy, float* dx, float mean, float rest, float scale, float slope, float shift)
        {
            T m = T.Constant(mean), l = T.Constant(rest), f = T.Constant(scale), s = T.Constant(slope), t = T.Constant(shift);
            var at = 0;
            for (; at + T.Width <= Shape.Pixels; at += T.Width)
                PastCaches.Store(dx + at, T.MultiplyAdd(T.Load(dy + at), f, T.MultiplyAdd(T.Load(x + at) - m - l, s, t)), Past);
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

        [MethodImpl(Hot.Loop)]
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
