namespace GpuNN.Benchmarks;

/// <summary>Makes the step of a training workload: forward, loss, backward, optimiser, on the same batch each time.</summary>
internal static class TrainingStep
{
    /// <summary>Compiles the step and feeds it once; later runs use the batch that lies on the device.</summary>
    public static Work Make(
        Device device, Layer model, Optimiser optimiser, Func<Graph, Tensor> record, ReadOnlySpan<Feed> feeds, int batch, double flop)
    {
        var step = device.Compile(graph =>
        {
            var loss = record(graph);
            graph.Minimise(loss, model.Parameters, optimiser);
            return loss;
        });
        step.Run(feeds);
        return new Work(() => step.Run())
        {
            Flop = flop,
            Samples = batch,
            Params = model.ParameterCount,
            Loss = () => step.Run()[0].Scalar(),
        };
    }

    /// <summary>
    /// Operations of a chain of dense layers: forward, gradient of the weights, and gradient of the input but for the
    /// first layer, which needs none; each 2 batch in out.
    /// </summary>
    public static double DenseFlop(int batch, params ReadOnlySpan<int> widths)
    {
        var flop = 0.0;
        for (var i = 1; i < widths.Length; i++)
            flop += 2.0 * batch * widths[i - 1] * widths[i] * (i == 1 ? 2 : 3);
        return flop;
    }
}
