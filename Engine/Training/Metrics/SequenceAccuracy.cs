namespace GpuNN;

/// <summary>
/// Share of sequences without one wrong step: the greatest score of every step that counts belongs to its label.
/// Shapes: prediction (batch, steps, classes), target (batch, steps) labels.
/// </summary>
public sealed record SequenceAccuracy : Metric
{
    /// <summary>The label of steps that do not count, such as that of padding; null for none.</summary>
    public int? Ignored { get; init; }

    /// <inheritdoc/>
    public override string Name => "sequence accuracy";

    /// <inheritdoc/>
    public override bool MoreIsBetter => true;

    /// <inheritdoc/>
    public override Tensor Sum(Tensor prediction, Tensor target)
    {
        var misses = 1 - prediction.ArgMax().EqualTo(target);
        return WholeSequences.Count(Ignored is { } ignored ? misses * Graph.Node(new Operations.LabelWeights(prediction.Shape.Last, ignored), target) : misses);
    }
}

/// <summary>
/// Share of sequences of which every yes-no answer that counts is right: prediction and target lie on the same side of their
/// thresholds. Shapes: prediction (batch, steps, answers), target the same; targets are yes above 1/2.
/// </summary>
public sealed record BinarySequenceAccuracy : Metric
{
    /// <summary>Predictions above it mean yes: 0 for logits, 0.5 for probabilities.</summary>
    public float Threshold { get; init; }

    /// <summary>The target of answers that do not count; null for none.</summary>
    public float? Ignored { get; init; }

    /// <inheritdoc/>
    public override string Name => "sequence accuracy";

    /// <inheritdoc/>
    public override bool MoreIsBetter => true;

    /// <inheritdoc/>
    public override Tensor Sum(Tensor prediction, Tensor target)
    {
        var wanted = target.Reshape(prediction.Shape);
        var misses = 1 - prediction.Greater(Threshold).Equal(wanted.Greater(0.5f));
        return WholeSequences.Count(Ignored is { } ignored ? misses * (1 - wanted.Equal(ignored)) : misses);
    }
}

/// <summary>Counts the sequences without a miss.</summary>
internal static class WholeSequences
{
    public static Tensor Count(Tensor misses) => (1 - misses.Reshape([misses.Shape[0], misses.Shape.From(1)]).Sum(1).Greater(0.5f)).Sum();
}
