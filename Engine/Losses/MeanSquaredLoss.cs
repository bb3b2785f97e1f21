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
