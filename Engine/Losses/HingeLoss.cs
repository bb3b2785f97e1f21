namespace GpuNN;

/// <summary>
/// Margin of the right class over each other: the mean over rows of the sum over c other than the label of
/// max(0, margin + x[c] - x[label]). Shapes: prediction (rows..., classes) scores, target (rows...) labels.
/// Source: Weston and Watkins (1999).
/// </summary>
public sealed record HingeLoss : Loss
{
    /// <summary>The margin that costs nothing.</summary>
    public float Margin { get; init; } = 1;

    /// <inheritdoc/>
    public override ElementKind Target => ElementKind.Int;

    /// <inheritdoc/>
    public override IReadOnlyList<Metric> Metrics => [new Accuracy()];

    // The right class itself always adds the margin, which is taken off again.
    /// <inheritdoc/>
    public override Tensor Of(Tensor prediction, Tensor target)
    {
        var right = (prediction * target.OneHot(prediction.Shape.Last)).Sum(-1, keepAxis: true);
        return (prediction - right + Margin).Relu().Sum(-1).Mean() - Margin;
    }

    /// <inheritdoc/>
    public override Tensor Weight(Tensor prediction, Tensor target) => target.Shape.Elements;
}
