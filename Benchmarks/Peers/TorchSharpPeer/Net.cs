using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using nn = TorchSharp.torch.nn;

namespace GpuNN.Peers;

/// <summary>A model's layers and trainable tensors.</summary>
sealed class Net
{
    public readonly List<Parameter> Params = new();

    public T Add<T>(T m) where T : nn.Module
    {
        Params.AddRange(m.parameters());
        return m;
    }

    public Parameter AddParam(Tensor t)
    {
        var p = new Parameter(t);
        Params.Add(p);
        return p;
    }

    public Linear Linear(long i, long o) => Add(nn.Linear(i, o));
    public Conv2d Conv(long i, long o, long k, long stride = 1, long pad = 0, bool bias = true) =>
        Add(nn.Conv2d(i, o, k, stride: stride, padding: pad, bias: bias));
    public BatchNorm2d Bn(long c) => Add(nn.BatchNorm2d(c));

    /// <summary>Linear layers from each width to the next, with a ReLU between two layers.</summary>
    public Func<Tensor, Tensor> Mlp(params int[] widths)
    {
        var layers = widths.Zip(widths.Skip(1), (i, o) => Linear(i, o)).ToArray();
        return x =>
        {
            var h = layers[0].forward(x);
            foreach (var layer in layers.AsSpan(1)) h = layer.forward(F.relu(h));
            return h;
        };
    }

    public long Count => Params.Sum(p => p.numel());

    public void ClearGrads()
    {
        foreach (var p in Params) p.grad = null;
    }
}
