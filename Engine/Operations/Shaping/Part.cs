using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// Some neighbouring numbers of a longer tensor of one axis, under a shape of their own; nothing runs. A node has one output: what an
/// operation makes besides stands behind its main result, and is seen through this; see <see cref="PackedOperation"/>.
/// </summary>
/// <param name="Start">Where the numbers begin.</param>
/// <param name="To">Their shape.</param>
public sealed record Part(int Start, Shape To) : AliasOperation
{
    /// <inheritdoc/>
    public override long Offset => Start;

    /// <summary>The place behind the last number.</summary>
    public int End => checked(Start + (int)To.Elements);

    /// <summary>Its memory, in that of the longer tensor.</summary>
    public View Of(in View whole) => whole.Slice(Start, To.Elements);

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x) => x[0].Rank == 1 && Start >= 0 && x[0].Elements >= End ? To : throw ShapeException.For(this, x,
        wanted: $"needs one axis of at least the {End} numbers that {To} from {Start} on reaches to", fix: "Flatten it first.");

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) =>
        [dy.Reshape([(int)To.Elements]).Pad(0, Start, node.Inputs[0].Shape[0] - End)];
}
