namespace GpuNN.Operations;

/// <summary>Choice: y = a = b ? yes : no, element by element. The gradient goes to the chosen one.</summary>
public sealed record WhereEqual() : PointwiseOperation(typeof(Pointwise.WhereEqual))
{
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) => [null, null,
        Choices.WhereEqual(node.Inputs[0], node.Inputs[1], dy, 0f),
        Choices.WhereEqual(node.Inputs[0], node.Inputs[1], 0f, dy)];
}
