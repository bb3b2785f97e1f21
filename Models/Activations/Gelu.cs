namespace GpuNN;

/// <summary>
/// Gaussian error linear unit, exact form: y = x P(x), with P the normal distribution. Shapes: y as x.
/// Source: Hendrycks and Gimpel (2016), "Gaussian error linear units (GELUs)".
/// </summary>
public sealed class Gelu : Layer, IKeepsShape
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Map<Pointwise.Gelu>();
}
