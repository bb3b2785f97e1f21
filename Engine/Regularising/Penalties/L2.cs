namespace GpuNN;

/// <summary>
/// L2 penalty: lambda / 2 sum w^2, with the gradient lambda w. Under plain gradient descent it is the same as the weight decay
/// p = 1 - rate lambda; under an optimiser that scales gradients, such as <see cref="Adam"/>, it is not. It adds to an optimiser's own
/// <see cref="Optimiser.WeightDecay"/>: both together pull twice.
/// Source: Hoerl and Kennard (1970), "Ridge regression"; Krogh and Hertz (1992).
/// </summary>
/// <param name="lambda">The strength, 0 or more.</param>
public sealed class L2(float lambda) : WeightPenalty(lambda)
{
    /// <inheritdoc/>
    protected override Tensor Measure(Parameter parameter) => 0.5f * parameter.Square().Sum();
}
