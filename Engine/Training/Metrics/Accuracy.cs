namespace GpuNN;

/// <summary>
/// Share of rows whose greatest score belongs to the label; the first of equal scores wins. Shapes: prediction (rows..., classes),
/// target (rows...) labels.
/// </summary>
public sealed record Accuracy : Metric
{
    /// <summary>The label of rows that do not count; null for none.</summary>
    public int? Ignored { get; init; }

    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override bool MoreIsBetter => true;

    /// <inheritdoc/>
    public override Tensor Sum(Tensor prediction, Tensor target)
    {
        var hits = prediction.ArgMax().EqualTo(target);
        return (Ignored is null ? hits : hits * Counted(prediction, target)).Sum();
    }

    /// <inheritdoc/>
    public override Tensor Count(Tensor prediction, Tensor target) => Ignored is null ? target.Shape.Elements : Counted(prediction, target).Sum();

    private Node Counted(Tensor prediction, Tensor target) => Graph.Node(new Operations.LabelWeights(prediction.Shape.Last, Ignored!.Value), target);
}

/// <summary>
/// Share of yes-no answers that are right: prediction and target lie on the same side of their thresholds. Targets are yes
/// above 1/2 or, where they are -1 and 1, above 0. Shapes: prediction and target the same.
/// </summary>
public sealed record BinaryAccuracy : Metric
{
    /// <summary>Predictions above it mean yes: 0 for logits and scores, 0.5 for probabilities.</summary>
    public float Threshold { get; init; }

    /// <summary>Targets above it mean yes.</summary>
    public float TargetThreshold { get; init; } = 0.5f;

    /// <summary>The target of answers that do not count; null for none.</summary>
    public float? Ignored { get; init; }

    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override bool MoreIsBetter => true;

    /// <inheritdoc/>
    public override Tensor Sum(Tensor prediction, Tensor target)
    {
        var wanted = target.Reshape(prediction.Shape);
        var hits = prediction.Greater(Threshold).Equal(wanted.Greater(TargetThreshold));
        return (Ignored is { } ignored ? hits * (1 - wanted.Equal(ignored)) : hits).Sum();
    }

    /// <inheritdoc/>
    public override Tensor Count(Tensor prediction, Tensor target) => Ignored is { } ignored ? (1 - target.Equal(ignored)).Sum() : prediction.Shape.Elements;
}
