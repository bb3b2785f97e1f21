namespace GpuNN.Operations;

/// <summary>Product: y = a b, element by element.</summary>
public sealed record Multiply() : PointwiseOperation(typeof(Pointwise.Multiply))
{
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var (a, b) = (node.Inputs[0], node.Inputs[1]);
        return [dy * b, dy * a];
    }
}
