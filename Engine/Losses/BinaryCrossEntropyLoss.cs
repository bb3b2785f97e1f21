namespace GpuNN;

/// <summary>
/// Cross-entropy of independent yes-no answers, from logits: the mean of log(1 + exp(x)) - t x, with t in [0, 1], over all answers that
/// are not ignored. Where all are ignored it is 0.
/// Shapes: prediction any, logits; target the same, or one number for all. Units: nats an answer.
/// </summary>
public sealed record BinaryCrossEntropyLoss : Loss
{
    /// <summary>The target of answers that count for nothing, such as -1 for the padding of sequences; null for none.</summary>
    public float? Ignored { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Metric> Metrics => [new BinaryAccuracy { Ignored = Ignored }];

    /// <inheritdoc/>
    public override Tensor Of(Tensor prediction, Tensor target)
    {
        var wanted = Aligned(prediction, target);
        var answers = prediction.Softplus() - wanted * prediction;
        if (Ignored is not { } ignored)
            return answers.Mean();
        var counted = 1 - wanted.Equal(ignored);
        return (answers * counted).Sum() / counted.Sum().Maximum(1);
    }

    /// <inheritdoc/>
    public override Tensor Weight(Tensor prediction, Tensor target) =>
        Ignored is { } ignored ? (1 - target.Equal(ignored)).Sum() : base.Weight(prediction, target);
}
