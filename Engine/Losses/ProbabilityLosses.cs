namespace GpuNN;

/// <summary>
/// Cross-entropy of a softmax against probabilities, from logits: the mean over rows of -sum_c t[c] log softmax(x)[c]. Rows of
/// the target that do not sum to 1 are taken as they are, so they weigh more or less.
/// Shapes: prediction (rows..., classes) logits, target the same, probabilities. Units: nats.
/// </summary>
public sealed record CrossEntropyLoss : Loss
{
    /// <inheritdoc/>
    public override Tensor Of(Tensor prediction, Tensor target) =>
        -(Aligned(prediction, target) * prediction.LogSoftmax()).Sum(-1).Mean();
}

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

/// <summary>
/// Cross-entropy of independent yes-no answers, from logits: the mean of log(1 + exp(x)) - t x, with t in [0, 1].
/// Shapes: prediction any, logits; target the same, or one number for all. Units: nats an answer.
/// </summary>
public sealed record BinaryCrossEntropyLoss : Loss
{
    /// <inheritdoc/>
    public override IReadOnlyList<Metric> Metrics => [new BinaryAccuracy()];

    /// <inheritdoc/>
    public override Tensor Of(Tensor prediction, Tensor target) =>
        (prediction.Softplus() - Aligned(prediction, target) * prediction).Mean();
}
