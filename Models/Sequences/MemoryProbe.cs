namespace GpuNN;

/// <summary>
/// How much of the past reaches a recurrent layer's last output: the norm of the gradient of that output by the state k steps before,
/// |d sum(r h_T) / d s_(T-k)|, for a random r, against k. It falls where old information degrades, and grows where it explodes.
/// Source: Bengio, Simard and Frasconi (1994), "Learning long-term dependencies with gradient descent is difficult".
/// </summary>
public static class MemoryProbe
{
    /// <summary>The norms, averaged over the batch, for each distance.</summary>
    /// <param name="device">Where it is measured.</param>
    /// <param name="layer">The layer, in one direction, forwards; its weights stay.</param>
    /// <param name="x">Sequences (batch, steps, inputs), one after the other.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="distances">Steps before the end, each from 1 to the steps.</param>
    public static double[] Measure(Device device, RecurrentLayer layer, float[] x, int batch, IReadOnlyList<int> distances)
    {
        if (layer.ReadsBackwards || layer.TimeFirst)
            throw new ArgumentException($"MemoryProbe: needs a layer in one direction, forwards, with steps behind the batch, but got {layer}.\nMake one for the measurement.");
        var steps = x.Length / layer.Inputs / batch;
        if (distances.Any(k => k < 1 || k > steps))
            throw new ArgumentOutOfRangeException(nameof(distances), $"MemoryProbe: needs distances from 1 to the {steps} steps of the sequences, but got {string.Join(", ", distances)}.\nUse longer sequences.");
        var look = device.Compile(graph =>
        {
            var all = graph.Input("x", [batch, steps, layer.Inputs]);
            var r = graph.Normal([batch, layer.Outputs]);
            return [.. distances.Select(k =>
            {
                var before = layer.Run(all.Slice(1, 0, steps - k)).Last;
                var last = layer.Run(all.Slice(1, steps - k, k), before).Last;
                var gradients = graph.Gradients((layer.LastOf(last) * r).Sum(), before.Tensors);
                return gradients.Aggregate((Tensor)0f, (sum, gradient) => sum + gradient.Square().Sum(1)).Map<Pointwise.Sqrt>().Mean();
            })];
        });
        var results = look.Run(Feed.Of("x", x, [batch, steps, layer.Inputs]));
        return [.. Enumerable.Range(0, distances.Count).Select(i => (double)results[i].Scalar())];
    }
}
