namespace GpuNN.Operations;

/// <summary>
/// The first numbers of a longer tensor under a shape of their own; nothing runs. What an operation makes on the side stands
/// behind its main result, since a node has one output.
/// </summary>
/// <param name="To">The shape of the first numbers.</param>
public sealed record Head(Shape To) : AliasOperation
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x) => x[0].Rank == 1 && x[0].Elements >= To.Elements ? To : throw ShapeException.For(this, x,
        wanted: $"needs one axis of at least the {To.Elements} numbers of {To}", fix: "Flatten it first.");

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) =>
        [dy.Reshape([(int)To.Elements]).Pad(0, 0, node.Inputs[0].Shape[0] - (int)To.Elements)];
}
