namespace GpuNN;

/// <summary>
/// Margin of a yes-no answer: the mean of max(0, 1 - t x), with t = -1 or 1. Shapes: prediction any, scores; target the same.
/// Source: Cortes and Vapnik (1995).
/// </summary>
public sealed record BinaryHingeLoss : Loss
{
    /// <inheritdoc/>
    public override IReadOnlyList<Metric> Metrics => [new BinaryAccuracy { TargetThreshold = 0 }];

    /// <inheritdoc/>
    public override Tensor Of(Tensor prediction, Tensor target) => (1 - Aligned(prediction, target) * prediction).Relu().Mean();
}
