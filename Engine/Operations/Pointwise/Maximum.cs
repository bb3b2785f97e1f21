namespace GpuNN.Operations;

/// <summary>Greater of two: y = max(a, b); the gradient goes to the greater one, on a tie to a.</summary>
public sealed record Maximum() : PointwiseOperation(typeof(Pointwise.Maximum))
{
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var (a, b) = (node.Inputs[0], node.Inputs[1]);
        return [Choices.WhereGreater(b, a, 0f, dy), Choices.WhereGreater(b, a, dy, 0f)];
    }
}
