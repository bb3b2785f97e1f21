namespace GpuNN;

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
