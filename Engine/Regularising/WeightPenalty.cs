namespace GpuNN;

/// <summary>
/// A penalty on the size of weights: lambda times the sum of a measure over the chosen parameters. Weights of different layers get
/// different strengths by one penalty each.
/// </summary>
public abstract class WeightPenalty : Penalty
{
    /// <summary>A penalty of a strength.</summary>
    /// <param name="lambda">The strength, 0 or more.</param>
    protected WeightPenalty(float lambda) => Lambda = lambda >= 0 && float.IsFinite(lambda) ? lambda : throw new ArgumentOutOfRangeException(
        nameof(lambda), $"{GetType().Name}: the strength lambda must be a finite number of 0 or more, but is {lambda}.\nTry 1e-4.");

    /// <summary>The strength.</summary>
    public float Lambda { get; }

    /// <summary>Which parameters it is for; by default the weights, not the biases.</summary>
    public ParameterChoice On { get; init; } = ParameterChoice.Weights;

    /// <summary>The size of one parameter, as one number.</summary>
    protected abstract Tensor Measure(Parameter parameter);

    /// <inheritdoc/>
    public sealed override Tensor Of(IReadOnlyList<Parameter> parameters) =>
        On.Among(parameters, this).Aggregate((Tensor)0f, (sum, parameter) => sum + Lambda * Measure(parameter));
}
