using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace GpuNN.Peers;

/// <summary>Training steps of convolutional models.</summary>
static class ConvolutionalWorkloads
{
    public static Work Lenet()
    {
        var net = new Net();
        var c1 = net.Conv(1, 32, 5, pad: 2);
        var c2 = net.Conv(32, 64, 5, pad: 2);
        var l1 = net.Linear(3136, 1024);
        var l2 = net.Linear(1024, 10);
        var x = randn(64, 1, 28, 28);
        var y = TrainingStep.Labels(64, 10);
        double flop = 2 * FlopCount.Conv(64, 1, 32, 5, 28) + 3 * FlopCount.Conv(64, 32, 64, 5, 14)
            + 3 * 2.0 * 64 * (3136.0 * 1024 + 1024 * 10);
        return TrainingStep.Make(net, TrainingStep.Adam(net), 64, flop, () =>
        {
            var h = F.max_pool2d(F.relu(c1.forward(x)), 2);
            h = F.max_pool2d(F.relu(c2.forward(h)), 2);
            return F.cross_entropy(l2.forward(F.relu(l1.forward(h.flatten(1)))), y);
        });
    }

    public static Work ResNet20()
    {
        const int batch = 32;
        var net = new Net();
        double flop = 2 * FlopCount.Conv(batch, 3, 16, 3, 32);
        var c0 = net.Conv(3, 16, 3, pad: 1, bias: false);
        var b0 = net.Bn(16);
        var blocks = new List<Func<Tensor, Tensor>>();
        int cin = 16, hw = 32;
        foreach (int c in new[] { 16, 32, 64 })
            for (int i = 0; i < 3; i++)
            {
                int stride = c != 16 && i == 0 ? 2 : 1;
                hw /= stride;
                var ca = net.Conv(cin, c, 3, stride, 1, false);
                var ba = net.Bn(c);
                var cb = net.Conv(c, c, 3, 1, 1, false);
                var bb = net.Bn(c);
                Conv2d? cs = null;
                BatchNorm2d? bs = null;
                if (stride != 1)
                {
                    cs = net.Conv(cin, c, 1, stride, 0, false);
                    bs = net.Bn(c);
                    flop += 3 * FlopCount.Conv(batch, cin, c, 1, hw);
                }
                flop += 3 * (FlopCount.Conv(batch, cin, c, 3, hw) + FlopCount.Conv(batch, c, c, 3, hw));
                blocks.Add(x =>
                {
                    var h = F.relu(ba.forward(ca.forward(x)));
                    h = bb.forward(cb.forward(h));
                    return F.relu(h + (cs is null ? x : bs!.forward(cs.forward(x))));
                });
                cin = c;
            }
        var fc = net.Linear(64, 10);
        flop += 3 * 2.0 * batch * 64 * 10;
        var x = randn(batch, 3, 32, 32);
        var y = TrainingStep.Labels(batch, 10);
        var opt = optim.SGD(net.Params, 0.1, momentum: 0.9, weight_decay: 1e-4);
        return TrainingStep.Make(net, opt, batch, flop, () =>
        {
            var h = F.relu(b0.forward(c0.forward(x)));
            foreach (var b in blocks) h = b(h);
            return F.cross_entropy(fc.forward(h.mean(new long[] { 2, 3 })), y);
        });
    }

    public static Work CapsNet()
    {
        const int B = 32, In = 576, Out = 10, Di = 8, Do = 16;
        var net = new Net();
        var c1 = net.Conv(1, 128, 9);
        var c2 = net.Conv(128, 16 * Di, 9, stride: 2);
        var w = net.AddParam(randn(In, Di, Out * Do) * 0.05);
        var x = randn(B, 1, 28, 28);
        var y = TrainingStep.Labels(B, Out);
        var t = F.one_hot(y, Out).to(ScalarType.Float32);
        double flop = 2 * FlopCount.Conv(B, 1, 128, 9, 20) + 3 * FlopCount.Conv(B, 128, 128, 9, 6) + 3 * 2.0 * B * In * Di * Out * Do;
        return TrainingStep.Make(net, TrainingStep.Adam(net), B, flop, () =>
        {
            var h = c2.forward(F.relu(c1.forward(x)));                                   // B,128,6,6
            var u = Squash(h.view(B, 16, Di, 36).permute(0, 1, 3, 2).reshape(B, In, Di));
            var uhat = bmm(u.transpose(0, 1), w)                                         // In,B,Out*Do
                .view(In, B, Out, Do).permute(1, 2, 0, 3).contiguous();                  // B,Out,In,Do
            var fixedU = uhat.detach();
            Tensor logits;
            using (no_grad())
            {
                logits = zeros(B, Out, In, 1);
                for (int r = 0; r < 2; r++)
                {
                    var c = F.softmax(logits, 1);
                    var v = Squash(matmul(c.transpose(2, 3), fixedU));                   // B,Out,1,Do
                    logits = logits + matmul(fixedU, v.transpose(2, 3));
                }
            }
            var cc = F.softmax(logits, 1);
            var caps = Squash(matmul(cc.transpose(2, 3), uhat)).squeeze(2);              // B,Out,Do
            var len = ((caps * caps).sum(-1) + 1e-8).sqrt();
            var pos = F.relu(0.9 - len);
            var neg = F.relu(len - 0.1);
            return (t * pos * pos + 0.5 * (1 - t) * neg * neg).sum() / B;
        });
    }

    static Tensor Squash(Tensor s)
    {
        var n2 = (s * s).sum(-1, keepdim: true);
        return s * (n2 / (1 + n2) / (n2 + 1e-8).sqrt());
    }
}
