using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace GpuNN.Peers;

/// <summary>Training steps of chains of linear layers.</summary>
static class DenseWorkloads
{
    public static Work MlpMnist()
    {
        const int batch = 128, classes = 10;
        int[] widths = { 784, 512, 512, classes };
        var net = new Net();
        var mlp = net.Mlp(widths);
        var x = randn(batch, widths[0]);
        var y = TrainingStep.Labels(batch, classes);
        return TrainingStep.Make(net, TrainingStep.Adam(net), batch, FlopCount.Linear(batch, widths), () =>
            F.cross_entropy(mlp(x), y));
    }

    public static Work MlpSmall()
    {
        const int batch = 64;
        int[] widths = { 2, 32, 32, 1 };
        var net = new Net();
        var mlp = net.Mlp(widths);
        var x = randn(batch, widths[0]);
        var y = randn(batch, widths[^1]);
        return TrainingStep.Make(net, optim.SGD(net.Params, 0.01), batch, FlopCount.Linear(batch, widths), () =>
            F.mse_loss(mlp(x), y));
    }

    public static Work Autoencoder()
    {
        const int batch = 128;
        int[] widths = { 784, 256, 64, 256, 784 };
        var net = new Net();
        var mlp = net.Mlp(widths);
        var x = rand(batch, widths[0]);
        return TrainingStep.Make(net, TrainingStep.Adam(net), batch, FlopCount.Linear(batch, widths), () =>
            F.mse_loss(sigmoid(mlp(x)), x));
    }
}
