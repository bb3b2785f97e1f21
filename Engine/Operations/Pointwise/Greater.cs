namespace GpuNN.Operations;

/// <summary>Comparison: y = 1 where a > b, else 0. It has no gradient.</summary>
public sealed record Greater() : PointwiseOperation(typeof(Pointwise.Greater))
{
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) => [null, null];
}
