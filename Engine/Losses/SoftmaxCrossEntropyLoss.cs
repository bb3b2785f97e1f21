namespace GpuNN;

/// <summary>
/// Cross-entropy of a softmax against labels, from logits: the sum over rows of w[label] * -sum_c t[c] log softmax(x)[c], with
/// t = (1 - s) [c = label] + s / classes, divided by the sum of the rows' weights. Where all rows are ignored it is 0.
/// Shapes: prediction (rows..., classes) logits, target (rows...) labels. Units: nats.
/// Source: Bridle (1990); smoothing by Szegedy et al. (2016).
/// </summary>
public sealed record SoftmaxCrossEntropyLoss : Loss
{
    /// <summary>A label that never comes, for no ignored rows.</summary>
    private const int None = int.MinValue;

    private readonly Parameter? weights;

    /// <summary>A weight for each class, of 0 or more; null for equal ones.</summary>
    public float[]? ClassWeights
    {
        get;
        init
        {
            if (value is not null && Array.Exists(value, weight => !(weight >= 0) || !float.IsFinite(weight)))
                throw new ArgumentOutOfRangeException(nameof(value), $"SoftmaxCrossEntropy: class weights must be finite and 0 or more, but are {string.Join(", ", value)}.\nUse 0 to leave a class out.");
            field = value;
            weights = value is null ? null : new Parameter("class weights", [value.Length], Inits.Values(value), trainable: false);
        }
    }

    /// <summary>Label smoothing s, in [0, 1).</summary>
    public float Smoothing
    {
        get;
        init => field = value >= 0 && value < 1 ? value : throw new ArgumentOutOfRangeException(
            nameof(value), $"SoftmaxCrossEntropy: the smoothing must lie in [0, 1), but is {value}.\nTry 0.1.");
    }

    /// <summary>The label of rows that count for nothing, such as -1; null for none.</summary>
    public int? Ignored { get; init; }

    /// <inheritdoc/>
    public override ElementKind Target => ElementKind.Int;

    /// <inheritdoc/>
    public override IReadOnlyList<Metric> Metrics => [new Accuracy { Ignored = Ignored }];

    internal override int? IgnoredLabel => Ignored;

    /// <inheritdoc/>
    public override Tensor Of(Tensor prediction, Tensor target)
    {
        var rows = Graph.Node(new Operations.SoftmaxCrossEntropy(Smoothing, Ignored ?? None), Operands(prediction, target));
        if (weights is null && Ignored is null)
            return rows.Mean();
        var weight = Weight(prediction, target);
        return rows.Sum() / Choices.WhereGreater(weight, 0, weight, 1);
    }

    /// <inheritdoc/>
    public override Tensor Weight(Tensor prediction, Tensor target) => weights is null && Ignored is null
        ? target.Shape.Elements
        : Graph.Node(new Operations.LabelWeights(prediction.Shape.Last, Ignored ?? None), Operands(prediction, target)[1..]).Sum();

    private Tensor[] Operands(Tensor prediction, Tensor target) => weights is null ? [prediction, target] : [prediction, target, weights];
}
