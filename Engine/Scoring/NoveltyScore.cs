namespace GpuNN;

/// <summary>
/// How unlike its training data a model finds an input: one number a row, larger for what is newer. It is a part of a compiled
/// function, and a threshold on it tells the novel from the known; <see cref="Auroc"/> judges it without one.
/// </summary>
public abstract record NoveltyScore
{
    /// <summary>The scores of a batch. Shapes: input (batch, item...), returns (batch).</summary>
    /// <param name="model">A model that was trained on what is known.</param>
    /// <param name="input">The batch.</param>
    public abstract Tensor Of(Layer model, Tensor input);

    /// <summary>The score of each sample of a set, with layers as in use.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="model">A model that was trained on what is known.</param>
    /// <param name="set">The samples; their labels and targets do not matter.</param>
    /// <param name="batch">Samples in a run.</param>
    public float[] Of(Device device, Layer model, DataSet set, int batch = 256)
    {
        var scores = new float[set.Count];
        if (set.Count == 0)
            return scores;
        var function = device.Compile(graph => Of(model, graph.Input("input")), training: false, name: "novelty");
        var done = 0;
        foreach (var samples in set.Batches(batch))
        {
            function.Run(samples.InputFeed("input"))[0].CopyTo(scores.AsSpan(done, samples.Count));
            done += samples.Count;
        }
        return scores;
    }

    /// <summary>
    /// The greatest logit m of each row, and log sum_c exp(x_c - m), which cannot overflow: together log sum_c exp(x_c).
    /// Shapes: x (batch, classes), returns (batch) each.
    /// </summary>
    private protected static (Tensor Greatest, Tensor Above) LogSumExp(Tensor x)
    {
        if (x.Shape.Rank != 2)
            throw new ShapeException($"NoveltyScore: needs logits (batch, classes), but the model makes {x.Shape}.\nUse a classifier without a softmax at its end.");
        var greatest = x.Max(1, keepAxis: true);
        return (greatest.Reshape([x.Shape[0]]), (x - greatest).Exp().Sum(1).Log());
    }
}
