using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace GpuNN.Peers;

/// <summary>Single operations, and the copy that stands for the machine's ceiling.</summary>
static class KernelWorkloads
{
    const int M = 1024 * 1024;

    public static Work CeilingCopy()
    {
        var a = randn(64 * M);
        var b = empty_like(a);
        return new Work { Step = () => b.copy_(a), Bytes = 8.0 * 64 * M };
    }

    public static Work Gemm(int m, int k, int n)
    {
        var a = randn(m, k);
        var b = randn(k, n);
        var c = randn(m, n);
        // beta = 0: c is only written, as with a preallocated result
        return new Work { Step = () => c.addmm_(a, b, 0f, 1f), Flop = 2.0 * m * k * n };
    }

    public static Work Conv(int n, int c, int hw, int k, int r, int pad, bool backward)
    {
        var x = randn(n, c, hw, hw).requires_grad_(backward);
        var w = randn(k, c, r, r).requires_grad_(backward);
        var b = randn(k).requires_grad_(backward);
        var dy = randn(n, k, hw, hw);
        long[] stride = { 1, 1 }, p = { pad, pad };
        double flop = FlopCount.Conv(n, c, k, r, hw);
        Tensor Forward() => F.conv2d(x, w, b, stride, p);
        if (!backward)
            return new Work { Step = () => { using var ng = no_grad(); Forward(); }, Flop = flop };
        return new Work { Step = WithGradients(Forward, dy, x, w, b), Flop = 3 * flop };
    }

    public static Work MaxPool()
    {
        var x = randn(64, 32, 28, 28).requires_grad_(true);
        var dy = randn(64, 32, 14, 14);
        return new Work
        {
            Step = WithGradients(() => F.max_pool2d(x, 2), dy, x),
            Bytes = 8.0 * (x.numel() + dy.numel()),
        };
    }

    public static Work ReluFwd()
    {
        var x = randn(16 * M);
        return new Work { Step = () => F.relu(x), Bytes = 8.0 * 16 * M };
    }

    public static Work SoftmaxRows()
    {
        var x = randn(4096, 1000);
        return new Work { Step = () => F.softmax(x, 1), Bytes = 8.0 * 4096 * 1000 };
    }

    public static Work LayerNorm()
    {
        long[] shape = { 64, 28, 28 };
        return Normalisation(shape, (x, g, b) => F.layer_norm(x, shape, g, b));
    }

    public static Work BatchNorm()
    {
        var mean = zeros(64);
        var var = ones(64);
        return Normalisation(new long[] { 64 }, (x, g, b) => F.batch_norm(x, mean, var, g, b, training: true));
    }

    public static Work ReduceSum(int axis)
    {
        var x = randn(4096, 4096);
        return new Work { Step = () => x.sum(axis), Bytes = 4.0 * 4096 * 4096 + 4.0 * 4096 };
    }

    public static Work AdamStep()
    {
        const int n = 10_000_000;
        var p = new Parameter(randn(n));
        p.grad = randn(n);
        var opt = optim.Adam(new[] { p }, lr: 1e-3);
        return new Work { Step = () => opt.step(), Bytes = 28.0 * n, Params = n };
    }

    /// <summary>A normalisation of x with gain and bias of the given shape, and the gradients of all three.</summary>
    static Work Normalisation(long[] shape, Func<Tensor, Tensor, Tensor, Tensor> normalise)
    {
        var x = randn(64, 64, 28, 28).requires_grad_(true);
        var g = randn(shape).requires_grad_(true);
        var b = randn(shape).requires_grad_(true);
        var dy = randn(64, 64, 28, 28);
        return new Work { Step = WithGradients(() => normalise(x, g, b), dy, x, g, b), Bytes = 20.0 * x.numel() };
    }

    /// <summary>An operation, then the gradients of its inputs from a given dy.</summary>
    static Action WithGradients(Func<Tensor> forward, Tensor dy, params Tensor[] inputs) =>
        () => autograd.grad(new[] { forward() }, inputs, new[] { dy });
}
