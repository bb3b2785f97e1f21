namespace GpuNN;

/// <summary>
/// L1 by its proximal step: after each step w = sign(w) max(|w| - rate lambda, 0), with the rate of that step. Weights that the data
/// do not hold up become exactly 0 and stay there. With <see cref="Sgd"/> this is the proximal gradient method (ISTA), which finds the
/// minimum of loss + lambda sum |w|; with other optimisers it shrinks by the same amount a step.
/// Source: Donoho (1995), "De-noising by soft-thresholding"; Daubechies, Defrise and De Mol (2004).
/// </summary>
public sealed class SoftThreshold : Constraint
{
    /// <summary>A shrinking towards 0.</summary>
    /// <param name="lambda">The strength, 0 or more, as in <see cref="L1"/>.</param>
    public SoftThreshold(float lambda) => Lambda = lambda >= 0 && float.IsFinite(lambda) ? lambda : throw new ArgumentOutOfRangeException(
        nameof(lambda), $"SoftThreshold: the strength lambda must be a finite number of 0 or more, but is {lambda}.\nTry 1e-3.");

    /// <summary>The strength.</summary>
    public float Lambda { get; }

    /// <inheritdoc/>
    public override bool IsProjection => false;

    // The part of w within the threshold is taken away, so that at most the threshold leaves 0 without rounding.
    /// <inheritdoc/>
    public override Tensor Of(Parameter parameter, Tensor value, Tensor rate)
    {
        var threshold = rate * Lambda;
        return value - value.Minimum(threshold).Maximum(-threshold);
    }
}
