using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using nn = TorchSharp.torch.nn;

namespace GpuNN.Peers;

/// <summary>Training steps of generative models.</summary>
static class GenerativeWorkloads
{
    public static Work Vae()
    {
        const int batch = 128;
        var net = new Net();
        var enc = net.Linear(784, 400);
        var mu = net.Linear(400, 20);
        var lv = net.Linear(400, 20);
        var dec1 = net.Linear(20, 400);
        var dec2 = net.Linear(400, 784);
        var x = rand(batch, 784);
        double flop = 2.0 * batch * (2 * 784.0 * 400 + 3 * (2 * 400.0 * 20 + 20 * 400 + 400 * 784));
        return TrainingStep.Make(net, TrainingStep.Adam(net), batch, flop, () =>
        {
            var h = F.relu(enc.forward(x));
            var m = mu.forward(h);
            var v = lv.forward(h);
            var z = m + randn_like(m) * exp(0.5 * v);
            var logits = dec2.forward(F.relu(dec1.forward(z)));
            var bce = F.binary_cross_entropy_with_logits(logits, x, reduction: nn.Reduction.Sum);
            var kld = -0.5 * (1 + v - m * m - exp(v)).sum();
            return (bce + kld) / batch;
        });
    }

    public static Work Gan()
    {
        const int B = 64;
        Net g = new(), d = new();
        var g1 = g.Linear(64, 256);
        var g2 = g.Linear(256, 784);
        var d1 = d.Linear(784, 256);
        var d2 = d.Linear(256, 1);
        Tensor G(Tensor z) => tanh(g2.forward(F.leaky_relu(g1.forward(z), 0.2)));
        Tensor D(Tensor x) => d2.forward(F.leaky_relu(d1.forward(x), 0.2));
        var real = randn(B, 784);
        var one = ones(B, 1);
        var zero = zeros(B, 1);
        var optG = TrainingStep.Adam(g, lr: 2e-4, beta1: 0.5);
        var optD = TrainingStep.Adam(d, lr: 2e-4, beta1: 0.5);
        Tensor lossG() => F.binary_cross_entropy_with_logits(D(G(randn(B, 64))), one);
        var gParams = g.Params.Cast<Tensor>().ToList();
        double g1f = 2.0 * B * 64 * 256, g2f = 2.0 * B * 256 * 784, d1f = 2.0 * B * 784 * 256, d2f = 2.0 * B * 256;
        double flop = g1f + g2f + 2 * (2 * d1f + 3 * d2f) + (2 * g1f + 3 * g2f + 2 * d1f + 2 * d2f);
        return new Work
        {
            Step = () =>
            {
                Tensor fake;
                using (no_grad()) fake = G(randn(B, 64));
                d.ClearGrads();
                var ld = F.binary_cross_entropy_with_logits(D(real), one) + F.binary_cross_entropy_with_logits(D(fake), zero);
                ld.backward();
                optD.step();
                g.ClearGrads();
                autograd.backward(new[] { lossG() }, inputs: gParams);
                optG.step();
            },
            Loss = TrainingStep.Value(lossG),
            Params = g.Count + d.Count,
            Samples = B,
            Flop = flop,
        };
    }

    public static Work Rbm()
    {
        const int B = 100, V = 784, H = 500;
        const float lr = 0.1f / B;
        var w = randn(V, H) * 0.01;
        var bv = zeros(V);
        var bh = zeros(H);
        var v0 = rand(B, V).bernoulli();
        return new Work
        {
            Step = () =>
            {
                using var ng = no_grad();
                var h0 = sigmoid(addmm(bh, v0, w, 1f, 1f));
                var s0 = h0.bernoulli();
                var v1 = sigmoid(addmm(bv, s0, w.t(), 1f, 1f));
                var h1 = sigmoid(addmm(bh, v1, w, 1f, 1f));
                w.addmm_(v0.t(), h0, 1f, lr);
                w.addmm_(v1.t(), h1, 1f, -lr);
                var dv = v0 - v1;
                bv.add_(dv.sum(0), alpha: lr);
                bh.add_((h0 - h1).sum(0), alpha: lr);
            },
            Loss = TrainingStep.Value(() =>
            {
                var v1 = sigmoid(addmm(bv, sigmoid(addmm(bh, v0, w, 1f, 1f)), w.t(), 1f, 1f));
                return (v0 - v1).square().mean();
            }),
            Params = (long)V * H + V + H,
            Samples = B,
            Flop = 5 * 2.0 * B * V * H,
        };
    }
}
