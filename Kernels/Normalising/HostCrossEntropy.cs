using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>Host form of the losses: whole rows on one thread, vector by vector.</summary>
internal readonly unsafe struct HostCrossEntropy(
    HostRoute host, View x, View labels, View weights, View loss, int rows, int classes, float smoothing, int ignored) : ILaneCall
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var job = new Job<T>
        {
            X = x.Pointer,
            Labels = labels.IntPointer,
            Weights = weights.Length > 0 ? weights.Pointer : null,
            Loss = loss.Pointer,
            Classes = classes,
            Smoothing = smoothing,
            Ignored = ignored,
        };
        host.Split(rows, grain: classes < 256 ? 16 : 1, job, cost: 30 + 0.3f * classes);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* X;
        public int* Labels;
        public float* Weights;
        public float* Loss;
        public int Classes;
        public float Smoothing;
        public int Ignored;

        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            for (var row = first; row < last; row++)
            {
                var label = Labels[row];
                var loss = label == Ignored ? 0f : float.NaN;
                if (label != Ignored && (uint)label < (uint)Classes)
                {
                    var x = X + (long)row * Classes;
                    var greatest = HostRow.Reduce<MaxReduction, T>(x, Classes);
                    var sum = ExpRow.Sum<T>(x, Classes, greatest);
                    loss = ScalarLane.Log(new ScalarLane(sum)).Value - (1f - Smoothing) * (x[label] - greatest);
                    if (Smoothing != 0f)
                        loss -= Smoothing * (ExpRow.Shifted<T>(x, Classes, greatest) / Classes);
                    if (Weights != null)
                        loss *= Weights[label];
                }
                Loss[row] = loss;
            }
        }
    }
}

/// <summary>Host form of the gradient: whole rows on one thread, vector by vector.</summary>
internal readonly unsafe struct HostCrossEntropyGradient(
    HostRoute host, View x, View labels, View weights, View dLoss, View dx, int rows, int classes, float smoothing, int ignored) : ILaneCall
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var job = new Job<T>
        {
            X = x.Pointer,
            Labels = labels.IntPointer,
            Weights = weights.Length > 0 ? weights.Pointer : null,
            DLoss = dLoss.Pointer,
            Dx = dx.Pointer,
            Classes = classes,
            Smoothing = smoothing,
            Ignored = ignored,
        };
        host.Split(rows, grain: classes < 256 ? 16 : 1, job, cost: 30 + 0.4f * classes);
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* X;
        public int* Labels;
        public float* Weights;
        public float* DLoss;
        public float* Dx;
        public int Classes;
        public float Smoothing;
        public int Ignored;

        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            for (var row = first; row < last; row++)
            {
                var label = Labels[row];
                var x = X + (long)row * Classes;
                var dx = Dx + (long)row * Classes;
                if (label == Ignored || (uint)label >= (uint)Classes)
                {
                    new Span<float>(dx, Classes).Fill(label == Ignored ? 0f : float.NaN);
                    continue;
                }
                var factor = Weights != null ? DLoss[row] * Weights[label] : DLoss[row];
                var sum = ExpRow.Keep<SoftmaxForm, T>(x, dx, Classes, HostRow.Reduce<MaxReduction, T>(x, Classes));
                ExpRow.Scale<T>(dx, Classes, factor / sum, -factor * (Smoothing / Classes));
                dx[label] -= factor * (1f - Smoothing);
            }
        }
    }
}
