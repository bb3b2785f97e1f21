namespace GpuNN.Operations;

/// <summary>Quotient: y = a / b, element by element; da = dy / b, db = -dy y / b.</summary>
public sealed record Divide() : PointwiseOperation(typeof(Pointwise.Divide))
{
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var b = node.Inputs[1];
        return [dy / b, -(dy * node / b)];
    }
}
