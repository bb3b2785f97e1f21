namespace GpuNN;

/// <summary>Hyperbolic tangent: y = tanh(x), between -1 and 1. Shapes: y as x.</summary>
public sealed class Tanh : Layer, IKeepsShape
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Tanh();
}
