using GpuNN.Operations;

namespace GpuNN;

/// <summary>
/// An operation with several outputs, which lie in one run of numbers: each is a <see cref="Part"/> of it. Its gradient rule gets the
/// gradients of the outputs one by one, so that outputs nobody differentiates cost nothing. Gaps between the parts hold nothing.
/// </summary>
public abstract record PackedOperation : KernelOperation
{
    /// <summary>The outputs and their places.</summary>
    /// <exception cref="ShapeException">The operands do not fit.</exception>
    public abstract Part[] Parts(ReadOnlySpan<Shape> x);

    /// <summary>The gradients of the loss by each operand, given those by each output.</summary>
    /// <param name="node">The node.</param>
    /// <param name="dy">By each output, in the order of <see cref="Parts"/>; null where the loss does not depend on it.</param>
    /// <param name="wanted">Which operands' gradients anyone asks for; those of others may be null.</param>
    public abstract Tensor?[] Gradient(Node node, Tensor?[] dy, bool[] wanted);

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x) => [Parts(x).Max(part => part.End)];

    /// <inheritdoc/>
    public sealed override Tensor?[] Gradient(Node node, Tensor dy) => throw new InvalidOperationException(
        $"{Name}: has several outputs, each with a gradient of its own, but was used as one tensor.\nTake its outputs with {nameof(Outputs)}.");

    /// <summary>The outputs of a node of such an operation.</summary>
    public Tensor[] Outputs(Node node) => Array.ConvertAll(PartsOf(node), part => (Tensor)Graph.Node(part, node));

    /// <summary>The outputs of a node of such an operation, and their places.</summary>
    public Part[] PartsOf(Node node) => Parts(Shapes(node));

    /// <summary>The outputs of this operation.</summary>
    /// <param name="x">Its operands.</param>
    public Tensor[] Apply(params Tensor[] x) => Outputs(Graph.Node(this, x));

    /// <summary>Parts one behind the other, each on a boundary of <see cref="ParameterStore.Alignment"/>.</summary>
    protected static Part[] Behind(params ReadOnlySpan<Shape> shapes)
    {
        var parts = new Part[shapes.Length];
        var start = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = new Part(start, shapes[i]);
            start = checked(start + (int)ParameterStore.Room(shapes[i].Elements));
        }
        return parts;
    }

    /// <summary>Shapes of a node's operands.</summary>
    protected static Shape[] Shapes(Node node) => [.. node.Inputs.Select(input => input.Shape)];
}
