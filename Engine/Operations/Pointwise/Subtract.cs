namespace GpuNN.Operations;

/// <summary>Difference: y = a - b, element by element.</summary>
public sealed record Subtract() : PointwiseOperation(typeof(Pointwise.Subtract))
{
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) => [dy, -dy];
}
