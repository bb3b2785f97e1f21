namespace GpuNN;

/// <summary>
/// Scaled exponential linear unit: y = s x where x > 0, else s a (exp(x) - 1), with a = 1.6733 and s = 1.0507, for which
/// numbers of mean 0 and variance 1 stay so from layer to layer; wants <see cref="Inits.LeCunNormal"/> weights. Shapes: y as x.
/// Source: Klambauer, Unterthiner, Mayr and Hochreiter (2017), "Self-normalizing neural networks".
/// </summary>
public sealed class Selu : Layer, IKeepsShape
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Map<Pointwise.Selu>();
}
