namespace GpuNN;

/// <summary>
/// One classifier for each class against all others, from logits: the mean over rows of sum_c log(1 + exp(x[c])) - [c = label] x[c].
/// The sigmoid of x[c] is the chance of class c, whatever the others; the greatest names the class.
/// Shapes: prediction (rows..., classes) logits, target (rows...) labels. Units: nats a row.
/// Source: Rifkin and Klautau (2004), "In defense of one-vs-all classification".
/// </summary>
public sealed record OneVsRestLoss : Loss
{
    /// <inheritdoc/>
    public override ElementKind Target => ElementKind.Int;

    /// <inheritdoc/>
    public override IReadOnlyList<Metric> Metrics => [new Accuracy()];

    /// <inheritdoc/>
    public override Tensor Of(Tensor prediction, Tensor target) =>
        (prediction.Softplus() - target.OneHot(prediction.Shape.Last) * prediction).Sum(-1).Mean();

    /// <inheritdoc/>
    public override Tensor Weight(Tensor prediction, Tensor target) => target.Shape.Elements;
}
