namespace GpuNN.Operations;

/// <summary>Comparison: y = 1 where a = b, else 0. It has no gradient.</summary>
public sealed record Equal() : PointwiseOperation(typeof(Pointwise.Equal))
{
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) => [null, null];
}
