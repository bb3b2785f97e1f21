namespace GpuNN.Operations;

/// <summary>Sum: y = a + b, element by element.</summary>
public sealed record Add() : PointwiseOperation(typeof(Pointwise.Add))
{
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) => [dy, dy];
}
