namespace GpuNN;

/// <summary>Softplus: y = log(1 + exp(x)), a smooth rectifier. Shapes: y as x. Source: Dugas et al. (2001).</summary>
public sealed class Softplus : Layer, IKeepsShape
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Softplus();
}
