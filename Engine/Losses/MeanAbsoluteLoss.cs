namespace GpuNN;

/// <summary>Mean over all numbers of |a - y|. Shapes: prediction a and target y the same. Units: the target's.</summary>
public sealed record MeanAbsoluteLoss : Loss
{
    /// <inheritdoc/>
    public override Tensor Of(Tensor prediction, Tensor target) => (prediction - Aligned(prediction, target)).Abs().Mean();
}
