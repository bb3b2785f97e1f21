namespace GpuNN;

/// <summary>Logistic sigmoid: y = 1 / (1 + exp(-x)), between 0 and 1. Shapes: y as x.</summary>
public sealed class Sigmoid : Layer, IKeepsShape
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Sigmoid();
}
