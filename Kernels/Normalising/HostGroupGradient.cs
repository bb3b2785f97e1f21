using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Host form of the gradients of normalised rows: a part of the batch on one thread. Its rows are read from memory once and stay in
/// cache from their statistics to their gradients; the sums over rows are kept for each part.
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
        /// <summary>Columns whose gains and sums over rows stay in the first cache while all rows of a part pass.</summary>
        private const int Segment = 1024;

        /// <summary>Rows that are worked on together; they stay in the last cache from their statistics to their gradients.</summary>
        private const int MostRows = 8;

        /// <summary>Numbers of a row: mean, what it leaves, factor, slope, shift.</summary>
        private const int Numbers = 5;

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
                if (Shape.Pixels == 1)
                    for (var item = start; item < end; item += MostRows)
                        Rows(item, Math.Min(MostRows, end - item), group, sums, item == start);
                else
                    for (var item = start; item < end; item++)
                        Row(item * Shape.Groups + group, group * Shape.GroupChannels, sums, item == start);
            }
            PastCaches.End(Past);
        }

        // Twice over x and dy: what belongs to whole rows, then the gradients and, column by column, the sums over rows.
        private readonly void Rows(int item, int count, int group, float* sums, bool isFirst)
        {
            var channel = group * Shape.GroupChannels;
            float* gain = Gain + channel, dBias = sums + channel, dGain = dBias + Shape.Channels;
            var at = ((long)item * Shape.Groups + group) * Shape.Length;
            var stride = (long)Shape.Groups * Shape.Length;
            var numbers = stackalloc float[Numbers * MostRows];
            for (var r = 0; r < count; r++)
            {
                var moments = default(Moments);
                var (sum, product) = (0.0, 0.0);
                HostMoments.AddWeighted<T>(ref moments, ref sum, ref product, X + at + r * stride, Dy + at + r * stride, gain, Shape.Length);
                SetNumbers(numbers + Numbers * r, moments, sum, product - moments.Mean * sum);
            }
            for (var start = 0; start < Shape.Length; start += Segment)
            {
                var columns = Math.Min(Segment, Shape.Length - start);
                if (isFirst)
                {
                    new Span<float>(dBias + start, columns).Clear();
                    new Span<float>(dGain + start, columns).Clear();
                }
                for (var r = 0; r < count; r++)
                {
                    var here = at + r * stride + start;
                    Columns(X + here, Dy + here, gain + start, Dx + here, dBias + start, dGain + start, columns, numbers + Numbers * r);
                }
            }
        }

        // dx = r v - r^3 mean(v (x - mean)) (x - mean) - r mean v: two multiply-adds an element.
        private readonly void SetNumbers(float* to, in Moments moments, double sum, double product)
        {
            (to[0], to[1]) = HostMoments.Split(moments.Mean);
            var factor = HostMoments.Factor(moments.Variance, Epsilon);
            to[2] = factor;
            to[3] = (float)(-(double)factor * factor * factor * product / Shape.Length);
            to[4] = (float)(-factor * sum / Shape.Length);
        }

        [MethodImpl(Hot.Loop)]
        private readonly void Columns(float* x, float* dy, float* gain, float* dx, float* dBias, float* dGain, int count, float* numbers)
        {
            T m = T.Constant(numbers[0]), l = T.Constant(numbers[1]), f = T.Constant(numbers[2]), s = T.Constant(numbers[3]), t = T.Constant(numbers[4]);
            var at = 0;
            for (; at + T.Width <= count; at += T.Width)
            {
                T p = T.Load(dy + at), d = T.Load(x + at) - m - l;
                T.Store(dBias + at, T.Load(dBias + at) + p);
                T.Store(dGain + at, T.MultiplyAdd(p * d, f, T.Load(dGain + at)));
                PastCaches.Store(dx + at, T.MultiplyAdd(p * T.Load(gain + at), f, T.MultiplyAdd(d, s, t)), Past);
            }
            var left = count - at;
            if (left > 0)
            {
                T p = T.LoadPart(dy + at, left, 0), d = T.LoadPart(x + at, left, 0) - m - l;
                T.StorePart(dBias + at, T.LoadPart(dBias + at, left, 0) + p, left);
                T.StorePart(dGain + at, T.MultiplyAdd(p * d, f, T.LoadPart(dGain + at, left, 0)), left);
                T.StorePart(dx + at, T.MultiplyAdd(p * T.LoadPart(gain + at, left, 0), f, T.MultiplyAdd(d, s, t)), left);
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
            AddPlanes(ref sum, ref product, x, dy, gain, dBias, dGain, mean, rest, factor, isFirst);
            var numbers = stackalloc float[Numbers];
            SetNumbers(numbers, moments, sum, product);
            for (var c = 0; c < Shape.GroupChannels; c++)
                Plane(x + (long)c * Shape.Pixels, dy + (long)c * Shape.Pixels, dx + (long)c * Shape.Pixels, mean, rest, factor * gain[c], numbers[3], numbers[4]);
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
