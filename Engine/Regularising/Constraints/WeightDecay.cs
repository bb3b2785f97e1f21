namespace GpuNN;

/// <summary>
/// Weight decay as a factor: after each step w = p w, whatever the optimiser. Without a gradient w is p^t of its first value after t
/// steps. Under plain gradient descent p = 1 - rate lambda is an <see cref="L2"/> penalty up to the order of the two; under Adam it is
/// not, and there it is the decoupled decay of <see cref="AdamW"/>.
/// Source: Krogh and Hertz (1992); Loshchilov and Hutter (2019).
/// </summary>
public sealed class WeightDecay : Constraint
{
    /// <summary>A shrinking by a factor.</summary>
    /// <param name="factor">The factor p, between 0 and 1.</param>
    public WeightDecay(float factor) => Factor = factor is > 0 and < 1 ? factor : throw new ArgumentOutOfRangeException(
        nameof(factor), $"WeightDecay: the factor must lie between 0 and 1, both left out, but is {factor}.\nPass what is kept at each step, such as 0.9999.");

    /// <summary>The factor p.</summary>
    public float Factor { get; }

    /// <inheritdoc/>
    public override bool IsProjection => false;

    /// <inheritdoc/>
    public override Tensor Of(Parameter parameter, Tensor value, Tensor rate) => Factor * value;
}
