namespace GpuNN.Operations;

/// <summary>Smaller of two: y = min(a, b); the gradient goes to the smaller one, on a tie to a.</summary>
public sealed record Minimum() : PointwiseOperation(typeof(Pointwise.Minimum))
{
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var (a, b) = (node.Inputs[0], node.Inputs[1]);
        return [Choices.WhereGreater(a, b, 0f, dy), Choices.WhereGreater(a, b, dy, 0f)];
    }
}
