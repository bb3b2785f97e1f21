using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>Host form of the normalisation of rows: whole rows on one thread, vector by vector.</summary>
internal readonly unsafe struct HostGroupNormalise(HostRoute host, View x, View gain, View bias, View y, GroupShape shape, float epsilon) : ILaneCall
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var job = new Job<T> { X = x.Pointer, Gain = gain.Pointer, Bias = bias.Pointer, Y = y.Pointer, Shape = shape, Epsilon = epsilon, Past = PastCaches.Pay(shape.Elements, 2, shape.Pixels == 1 ? shape.Length : shape.Pixels, y.Pointer) };
        host.Split(shape.Rows, grain: shape.Length < 256 ? 16 : 1, job, cost: 40 + 0.3f * shape.Length);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* X;
        public float* Gain;
        public float* Bias;
        public float* Y;
        public GroupShape Shape;
        public float Epsilon;
        public bool Past;

        public void Run(int first, int last)
        {
            for (var row = first; row < last; row++)
            {
                var x = X + (long)row * Shape.Length;
                var y = Y + (long)row * Shape.Length;
                var moments = default(Moments);
                HostMoments.Add<T>(ref moments, x, Shape.Length);
                var (mean, rest) = HostMoments.Split(moments.Mean);
                var factor = HostMoments.Factor(moments.Variance, Epsilon);
                var channel = row % Shape.Groups * Shape.GroupChannels;
                if (Shape.Pixels == 1)
                    Each(x, y, Gain + channel, Bias + channel, mean, rest, factor);
                else
                    for (var c = 0; c < Shape.GroupChannels; c++)
                        Plane(x + (long)c * Shape.Pixels, y + (long)c * Shape.Pixels, mean, rest, factor * Gain[channel + c], Bias[channel + c]);
            }
            PastCaches.End(Past);
        }

        [MethodImpl(Hot.Loop)]
        private readonly void Each(float* x, float* y, float* gain, float* bias, float mean, float rest, float factor)
        {
            T m = T.Constant(mean), l = T.Constant(rest), f = T.Constant(factor);
            var at = 0;
            for (; at + T.Width <= Shape.Length; at += T.Width)
                PastCaches.Store(y + at, T.MultiplyAdd((T.Load(x + at) - m - l) * f, T.Load(gain + at), T.Load(bias + at)), Past);
            var left = Shape.Length - at;
            if (left > 0)
                T.StorePart(y + at, T.MultiplyAdd((T.LoadPart(x + at, left, 0) - m - l) * f, T.LoadPart(gain + at, left, 0), T.LoadPart(bias + at, left, 0)), left);
        }

        [MethodImpl(Hot.Loop)]
        private readonly void Plane(float* x, float* y, float mean, float rest, float scale, float bias)
        {
            T m = T.Constant(mean), l = T.Constant(rest), s = T.Constant(scale), b = T.Constant(bias);
            var at = 0;
            for (; at + T.Width <= Shape.Pixels; at += T.Width)
                PastCaches.Store(y + at, T.MultiplyAdd(T.Load(x + at) - m - l, s, b), Past);
            var left = Shape.Pixels - at;
            if (left > 0)
                T.StorePart(y + at, T.MultiplyAdd(T.LoadPart(x + at, left, 0) - m - l, s, b), left);
        }
    }
}
