namespace GpuNN;

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
