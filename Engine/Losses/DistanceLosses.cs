namespace GpuNN;

/// <summary>
/// Mean over all numbers of factor (a - y)^2. Shapes: prediction a and target y the same. Units: the target's, squared.
/// </summary>
/// <param name="Factor">1 for the mean squared error, 1/2 for the delta rule's.</param>
public sealed record MeanSquaredLoss(float Factor) : Loss
{
    /// <inheritdoc/>
    public override string Name => Factor == 0.5f ? "HalfSquared" : "MeanSquared";

    /// <inheritdoc/>
    public override Tensor Of(Tensor prediction, Tensor target) => (prediction - Aligned(prediction, target)).Square().Mean() * Factor;
}

/// <summary>Mean over all numbers of |a - y|. Shapes: prediction a and target y the same. Units: the target's.</summary>
public sealed record MeanAbsoluteLoss : Loss
{
    /// <inheritdoc/>
    public override Tensor Of(Tensor prediction, Tensor target) => (prediction - Aligned(prediction, target)).Abs().Mean();
}

/// <summary>
/// Mean over all numbers of e^2 / 2 where |e| is at most delta, and of delta (|e| - delta / 2) beyond, with e = a - y.
/// Shapes: prediction a and target y the same. Source: Huber (1964).
/// </summary>
public sealed record HuberLoss : Loss
{
    /// <summary>A Huber loss.</summary>
    /// <param name="delta">Where the parabola ends, in the unit of the target.</param>
    public HuberLoss(float delta) => Delta = delta > 0 && float.IsFinite(delta) ? delta : throw new ArgumentOutOfRangeException(
        nameof(delta), $"Huber: delta must be above 0, but is {delta}.\nTry 1, for targets of standard deviation 1.");

    /// <summary>Where the parabola ends.</summary>
    public float Delta { get; }

    // With c = min(|e|, delta) both pieces are c (|e| - c / 2), without a choice between them.
    /// <inheritdoc/>
    public override Tensor Of(Tensor prediction, Tensor target)
    {
        var e = (prediction - Aligned(prediction, target)).Abs();
        var c = e.Minimum(Delta);
        return (c * (e - c * 0.5f)).Mean();
    }
}
