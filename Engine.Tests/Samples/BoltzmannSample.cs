using GpuNN;

namespace Samples;

/// <summary>
/// The fifth and the sixth program: learning without gradients, by contrastive divergence; nothing leaves the device. Then a look
/// inside: what ran, how long, how much memory, where the first NaN came from.
/// </summary>
public static class BoltzmannSample
{
    /// <summary>Teaches a restricted Boltzmann machine drawn digits. Returns the error of reconstruction before and after.</summary>
    public static (float Before, float After) Run(Device device, TextWriter output, DataSet digits, int hidden = 64, int epochs = 2)
    {
        var w = new Parameter("w", [784, hidden], Inits.Normal(0.01f));
        var b = new Parameter("b", [784], Inits.Zeros);
        var c = new Parameter("c", [hidden], Inits.Zeros);
        const float rate = 0.1f;

        var update = device.Compile(graph =>
        {
            var v0 = graph.Input("visible", [graph.Batch, 784]);
            var h0 = (v0.MatMul(w) + c).Sigmoid();
            var v1 = (h0.Bernoulli().MatMul(w.Transpose()) + b).Sigmoid();
            var h1 = (v1.MatMul(w) + c).Sigmoid();
            graph.Update(w, w + rate / graph.Batch * (v0.Transpose().MatMul(h0) - v1.Transpose().MatMul(h1)));
            graph.Update(b, b + rate * (v0 - v1).Mean(0));
            graph.Update(c, c + rate * (h0 - h1).Mean(0));
            return (v0 - v1).Square().Mean().Named("reconstruction");
        });

        float before = 0, after = 0;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var images in digits.Batches(50))
            {
                after = update.Run(images)["reconstruction"].Scalar();
                before = before == 0 ? after : before;
            }
        }

        update.Profiling = true;
        update.Run();
        output.WriteLine(update.Plan);                  // launches in order: name, shapes, bytes, time; arena size
        device.Checks = Checks.FirstBadValue;           // throws: "Exp in encoder.logvar made +inf at step 812 (...)"
        foreach (var images in digits.Take(100).Batches(50))
            update.Run(images);
        device.Checks = Checks.None;
        return (before, after);
    }
}
