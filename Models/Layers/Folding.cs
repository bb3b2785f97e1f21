namespace GpuNN;

/// <summary>
/// Batch normalisation as part of the layer before it, for use: with s = g / sqrt(variance + epsilon), w' = s w and
/// b' = s (b - mean) + own b.
/// </summary>
public static class Folding
{
    /// <summary>A layer that does what another and the batch normalisation behind it do in use.</summary>
    /// <param name="norm">The batch normalisation, with its running statistics.</param>
    /// <param name="layer">The layer whose outputs it normalises, without an activation between them.</param>
    /// <exception cref="InvalidOperationException">One of them has no values yet.</exception>
    public static Layer FoldInto(this BatchNorm norm, IFoldable layer)
    {
        float[] gain = norm.Gain.ToArray(), bias = norm.Bias.ToArray(), mean = norm.Mean.ToArray(), variance = norm.Variance.ToArray();
        var (scale, shift) = (new double[norm.Features], new double[norm.Features]);
        for (var c = 0; c < scale.Length; c++)
        {
            var spread = (double)variance[c] + norm.Epsilon;
            scale[c] = spread > 0 ? gain[c] / Math.Sqrt(spread) : 0;
            shift[c] = bias[c] - scale[c] * mean[c];
        }
        return layer.Folded(scale, shift);
    }

    /// <summary>
    /// A chain for use that does what this one does, with each batch normalisation right behind a dense layer or a convolution
    /// made part of that. It shares no parameter with this one.
    /// </summary>
    /// <exception cref="NotSupportedException">A layer with parameters is neither such a layer nor a batch normalisation nor a chain.</exception>
    public static Sequential FoldBatchNorm(this Sequential model)
    {
        var parts = new List<Layer>();
        for (var i = 0; i < model.Parts.Count; i++)
        {
            var next = i + 1 < model.Parts.Count ? model.Parts[i + 1] as BatchNorm : null;
            parts.Add(model.Parts[i] switch
            {
                IFoldable layer when next is not null => next.FoldInto(layer),
                IFoldable layer => Copy(layer),
                BatchNorm norm => Copy(norm),
                Sequential chain => chain.FoldBatchNorm(),
                { Parameters.Count: 0 } layer => layer,
                var layer => throw new NotSupportedException($"FoldBatchNorm: needs dense layers, convolutions, batch normalisations and layers without parameters, but got {layer}.\nFold its parts one by one with FoldInto."),
            });
            if (model.Parts[i] is IFoldable && next is not null)
                i++;
        }
        return new Sequential([.. parts]);
    }

    /// <summary>Weights times a factor along one axis, that of the outputs.</summary>
    internal static float[] Scaled(Parameter weight, int axis, double[] scale)
    {
        var values = weight.ToArray();
        var inner = weight.Shape.From(axis + 1);
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(values[i] * scale[i / inner % scale.Length]);
        return values;
    }

    /// <summary>Biases times factors plus shifts; those of a layer without biases are 0.</summary>
    internal static float[] Shifted(Parameter? bias, double[] scale, double[] shift)
    {
        var values = bias?.ToArray();
        return [.. shift.Select((own, c) => (float)(own + scale[c] * (values?[c] ?? 0)))];
    }

    private static Layer Copy(IFoldable layer) => layer.Folded([.. Enumerable.Repeat(1.0, layer.Outputs)], new double[layer.Outputs]);

    private static BatchNorm Copy(BatchNorm norm)
    {
        var copy = new BatchNorm(norm.Features, norm.Epsilon, norm.Momentum) { FollowsWhenFrozen = norm.FollowsWhenFrozen };
        foreach (var (to, from) in copy.Parameters.Zip(norm.Parameters))
        {
            to.Set(from.ToArray());
            to.Trainable = from.Trainable;
        }
        return copy;
    }
}
