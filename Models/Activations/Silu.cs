namespace GpuNN;

/// <summary>
/// Sigmoid linear unit, also called swish: y = x sigmoid(x). Shapes: y as x.
/// Source: Elfwing, Uchibe and Doya (2018), "Sigmoid-weighted linear units for neural network function approximation".
/// </summary>
public sealed class Silu : Layer, IKeepsShape
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Map<Pointwise.Silu>();
}
