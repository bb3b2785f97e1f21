using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// An operation that computes each element of its output from the same element of its operands, broadcast. It has no
/// kernel: fusion makes programs of one or more of them.
/// </summary>
/// <param name="Function">The struct with the function.</param>
/// <param name="Part">Which of its methods.</param>
public abstract record PointwiseOperation(Type Function, PointwisePart Part = PointwisePart.Value) : Operation
{
    /// <inheritdoc/>
    public override string Name => Function.Name;

    /// <inheritdoc/>
    public override bool TakesBroadcastGradient => true;

    /// <summary>
    /// Whether fusion leaves it to its consumer: computed beside its operand, its result would take up memory from the
    /// forward to the backward pass, although the operand is kept anyway.
    /// </summary>
    public virtual bool JoinsConsumer => false;

    /// <inheritdoc/>
    public sealed override Shape Infer(ReadOnlySpan<Shape> x)
    {
        var shape = x[0];
        foreach (var next in x[1..])
            shape = Shape.Broadcast(shape, next) ?? throw ShapeException.For(this, x,
                wanted: "needs shapes that broadcast (axes agree from the last one back, or one of them is 1)",
                fix: Fix(shape, next));
        return shape;
    }

    private static string Fix(Shape a, Shape b) => a.Rank > 0 && b.Rank == 1 && a[0] == b[0]
        ? "The first axes agree: keep the reduced axis (keepAxis: true), so that it is (rows, 1)."
        : a.Elements == b.Elements ? "The element counts agree: Reshape one of them." : "Reshape one of them, or check which layer made it.";
}
