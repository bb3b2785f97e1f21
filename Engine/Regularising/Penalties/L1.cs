namespace GpuNN;

/// <summary>
/// L1 penalty: lambda sum |w|, with the gradient lambda sign(w), 0 at 0. It pulls every weight towards 0 with the same force, but a
/// gradient step jumps over 0 and never rests there; <see cref="SoftThreshold"/> is the form that gives exact zeros.
/// Source: Tibshirani (1996), "Regression shrinkage and selection via the lasso".
/// </summary>
/// <param name="lambda">The strength, 0 or more.</param>
public sealed class L1(float lambda) : WeightPenalty(lambda)
{
    /// <inheritdoc/>
    protected override Tensor Measure(Parameter parameter) => parameter.Abs().Sum();
}
