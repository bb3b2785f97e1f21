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

    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override bool MoreIsBetter => true;

    /// <inheritdoc/>
    public override Tensor Sum(Tensor prediction, Tensor target) =>
        prediction.Greater(Threshold).Equal(target.Reshape(prediction.Shape).Greater(TargetThreshold)).Sum();

    /// <inheritdoc/>
    public override Tensor Count(Tensor prediction, Tensor target) => prediction.Shape.Elements;
}
