namespace GpuNN;

/// <summary>
/// Kullback-Leibler divergence of a softmax q from probabilities t, from logits: the mean over rows of
/// sum_c t[c] (log t[c] - log q[c]), where a probability of 0 adds 0. It is 0 where the softmax is the target.
/// Shapes: prediction (rows..., classes) logits, target the same, probabilities. Units: nats.
/// Source: Kullback and Leibler (1951).
/// </summary>
public sealed record KullbackLeiblerLoss : Loss
{
    /// <inheritdoc/>
    public override Tensor Of(Tensor prediction, Tensor target)
    {
        var t = Aligned(prediction, target);
        var logT = Choices.WhereGreater(t, 0, t, 1).Log();
        return (t * (logT - prediction.LogSoftmax())).Sum(-1).Mean();
    }
}
