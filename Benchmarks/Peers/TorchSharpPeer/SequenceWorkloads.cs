using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using nn = TorchSharp.torch.nn;

namespace GpuNN.Peers;

/// <summary>Training steps of models of sequences.</summary>
static class SequenceWorkloads
{
    public static Work Lstm() => Recurrent(gates: 4, (net, inputs, units) =>
    {
        var layer = net.Add(nn.LSTM(inputs, units));
        return x => layer.forward(x).Item1;
    });

    public static Work Gru() => Recurrent(gates: 3, (net, inputs, units) =>
    {
        var layer = net.Add(nn.GRU(inputs, units));
        return x => layer.forward(x).Item1;
    });

    public static Work Transformer()
    {
        const int B = 16, T = 128, D = 256, heads = 4, ff = 1024, dh = D / heads;
        var net = new Net();
        var ln1 = net.Add(nn.LayerNorm(D));
        var qkv = net.Linear(D, 3 * D);
        var proj = net.Linear(D, D);
        var ln2 = net.Add(nn.LayerNorm(D));
        var f1 = net.Linear(D, ff);
        var f2 = net.Linear(ff, D);
        var x = randn(B, T, D);
        var target = randn(B, T, D);
        double flop = 3 * 2.0 * B * T * (3.0 * D * D + D * D + 2.0 * D * ff) + 3 * 2 * 2.0 * B * T * T * D;
        return TrainingStep.Make(net, TrainingStep.Adam(net), B, flop, () =>
        {
            var p = qkv.forward(ln1.forward(x)).view(B, T, 3, heads, dh).permute(2, 0, 3, 1, 4);
            var a = F.scaled_dot_product_attention(p[0], p[1], p[2]);
            var h = x + proj.forward(a.transpose(1, 2).reshape(B, T, D));
            var o = h + f2.forward(F.gelu(f1.forward(ln2.forward(h))));
            return F.mse_loss(o, target);
        });
    }

    /// <summary>A recurrent layer, which gives the hidden state of every time step, and a linear one on each of them.</summary>
    static Work Recurrent(int gates, Func<Net, int, int, Func<Tensor, Tensor>> makeLayer)
    {
        const int batch = 64, T = 100, I = 64, H = 256;
        var net = new Net();
        var x = randn(T, batch, I);
        var y = TrainingStep.Labels(T * batch, 10);
        double flop = T * 2.0 * batch * gates * H * (2 * I + 3 * H) + 3 * 2.0 * T * batch * H * 10;
        var layer = makeLayer(net, I, H);
        var fc = net.Linear(H, 10);
        return TrainingStep.Make(net, TrainingStep.Adam(net), batch, flop, () =>
            F.cross_entropy(fc.forward(layer(x).view(T * batch, H)), y));
    }
}
