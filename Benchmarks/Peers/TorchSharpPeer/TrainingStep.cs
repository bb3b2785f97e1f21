using static TorchSharp.torch;

namespace GpuNN.Peers;

/// <summary>Makes the step of a training workload: drop gradients, forward, loss, backward, optimiser, on the same batch each time.</summary>
static class TrainingStep
{
    public static Work Make(Net net, optim.Optimizer opt, int batch, double flop, Func<Tensor> loss) => new()
    {
        Step = () =>
        {
            net.ClearGrads();
            loss().backward();
            opt.step();
        },
        Loss = Value(loss),
        Params = net.Count,
        Samples = batch,
        Flop = flop,
    };

    /// <summary>Reads a loss without recording gradients.</summary>
    public static Func<double> Value(Func<Tensor> loss) => () =>
    {
        using var s = NewDisposeScope();
        using var ng = no_grad();
        return loss().item<float>();
    };

    public static optim.Optimizer Adam(Net net, double lr = 1e-3, double beta1 = 0.9) => optim.Adam(net.Params, lr: lr, beta1: beta1);

    public static Tensor Labels(int batch, int classes) => randint(0, classes, new long[] { batch }, dtype: ScalarType.Int64);
}
