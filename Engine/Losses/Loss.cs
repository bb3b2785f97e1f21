namespace GpuNN;

/// <summary>
/// What training makes small: one number from a prediction and what it should be. Losses are records: options are set by
/// <c>Loss.SoftmaxCrossEntropy with { Smoothing = 0.1f }</c>.
/// </summary>
public abstract record Loss
{
    /// <summary>Cross-entropy of a softmax against labels, from logits: classification.</summary>
    public static SoftmaxCrossEntropyLoss SoftmaxCrossEntropy { get; } = new();

    /// <summary>A classifier for each class against the rest, against labels, from logits.</summary>
    public static OneVsRestLoss OneVsRest { get; } = new();

    /// <summary>Cross-entropy of a softmax against probabilities, from logits.</summary>
    public static CrossEntropyLoss CrossEntropy { get; } = new();

    /// <summary>Kullback-Leibler divergence of a softmax from probabilities, from logits.</summary>
    public static KullbackLeiblerLoss KullbackLeibler { get; } = new();

    /// <summary>Cross-entropy of independent yes-no answers, from logits; <see cref="BinaryOnLogits"/> is its formula.</summary>
    public static BinaryCrossEntropyLoss BinaryCrossEntropy { get; } = new();

    /// <summary>Mean of (a - y)^2: regression.</summary>
    public static MeanSquaredLoss MeanSquared { get; } = new(Factor: 1);

    /// <summary>Mean of (a - y)^2 / 2, whose gradient by a is (a - y) / count: the delta rule.</summary>
    public static MeanSquaredLoss HalfSquared { get; } = new(Factor: 0.5f);

    /// <summary>Mean of |a - y|: regression towards the median.</summary>
    public static MeanAbsoluteLoss MeanAbsolute { get; } = new();

    /// <summary>Margin between the right class and each other: a support vector machine's classification.</summary>
    public static HingeLoss Hinge { get; } = new();

    /// <summary>Margin of a yes-no answer, with targets -1 and 1.</summary>
    public static BinaryHingeLoss BinaryHinge { get; } = new();

    /// <summary>Squared near 0, absolute beyond delta: regression that outliers do not rule.</summary>
    /// <param name="delta">Where the parabola ends, in the unit of the target; above 0.</param>
    public static HuberLoss Huber(float delta = 1) => new(delta);

    /// <summary>
    /// Mean of log(1 + exp(x)) - t x: cross-entropy of the sigmoid of x against t in [0, 1], finite for any finite x.
    /// </summary>
    /// <param name="logits">Log-odds.</param>
    /// <param name="target">Probabilities, in the shape of the logits or one number for all.</param>
    public static Tensor BinaryOnLogits(Tensor logits, Tensor target) => BinaryCrossEntropy.Of(logits, target);

    /// <summary>Its name in messages and files.</summary>
    public virtual string Name => GetType().Name.Replace("Loss", "", StringComparison.Ordinal);

    /// <summary>What targets are: labels, or numbers.</summary>
    public virtual ElementKind Target => ElementKind.Float;

    /// <summary>A label that is allowed although it is no class, if there is one.</summary>
    internal virtual int? IgnoredLabel => null;

    /// <summary>What is measured beside the loss, unless a trainer is told otherwise.</summary>
    public virtual IReadOnlyList<Metric> Metrics => [];

    /// <summary>The loss of a batch: one number, the mean over its rows.</summary>
    /// <param name="prediction">What the model makes of the batch.</param>
    /// <param name="target">What it should be.</param>
    public abstract Tensor Of(Tensor prediction, Tensor target);

    /// <summary>
    /// How much a batch counts in a mean over several: the number of its rows, unless rows are weighted or ignored.
    /// </summary>
    public virtual Tensor Weight(Tensor prediction, Tensor target) => (float)prediction.Shape[0];

    /// <inheritdoc/>
    public sealed override string ToString() => Name;

    /// <summary>
    /// The target in the shape of the prediction. Only axes of size 1 may differ: broadcasting (rows) against (rows, 1) would
    /// silently compare every row with every other.
    /// </summary>
    /// <exception cref="ShapeException">The shapes differ otherwise.</exception>
    protected Tensor Aligned(Tensor prediction, Tensor target)
    {
        if (target is Constant || target.Shape == prediction.Shape && target.Kind == ElementKind.Float)
            return target;
        if (target.Kind == ElementKind.Float && Squeezed(target.Shape) == Squeezed(prediction.Shape))
            return target.Reshape(prediction.Shape);
        throw new ShapeException(
            $"{Name}: needs a target of the prediction's shape, but got the prediction {prediction.Shape} and {(target.Kind == ElementKind.Int ? "labels" : "the target")} {target.Shape}.\n" +
            $"{(target.Kind == ElementKind.Int ? "Use a loss for labels, such as Loss.SoftmaxCrossEntropy." : "Let the last layer have as many outputs as a target has numbers.")}");
    }

    private static Shape Squeezed(Shape shape) => Shape.Of([.. shape.Where(size => size != 1)]);
}
