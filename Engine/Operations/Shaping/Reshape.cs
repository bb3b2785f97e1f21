using GpuNN.Operations;

namespace GpuNN.Operations
{
    /// <summary>The same numbers under another shape; nothing runs.</summary>
    /// <param name="To">The new shape, of as many elements.</param>
    public sealed record Reshape(Shape To) : AliasOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => x[0].Elements == To.Elements ? To : throw ShapeException.For(this, x,
            wanted: $"needs as many elements as {To} has, {To.Elements}",
            fix: "Check the sizes; the batch axis is usually graph.Batch or x.Shape[0].");

        /// <inheritdoc/>
        public override bool TakesBroadcastGradient => true;

        // One number for all elements stays one number, so that a mean's gradient is never written out.
        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => dy.Shape.Elements == 1
            ? [dy.Reshape(Shape.Scalar)]
            : [dy.BroadcastTo(node.Shape).Reshape(node.Inputs[0].Shape)];
    }

    /// <summary>The same numbers without a gradient; nothing runs.</summary>
    public sealed record Detach() : AliasOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => x[0];

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [null];
    }
}

namespace GpuNN
{
    /// <summary>Other views of the same numbers.</summary>
    public static class Shaping
    {
        /// <summary>The same numbers under another shape, row-major.</summary>
        public static Tensor Reshape(this Tensor x, Shape shape) => x.Shape == shape ? x : Graph.Node(new Reshape(shape), x);

        /// <summary>All axes but the first as one: (batch, ...) to (batch, features).</summary>
        public static Tensor Flatten(this Tensor x) => x.Shape.Rank == 0
            ? throw new ShapeException("Flatten: needs a batch axis, but got a single number.\nReshape it to (1, 1) first.")
            : x.Reshape([x.Shape[0], (int)x.Shape.Skip(1).Elements]);

        /// <summary>The same numbers, through which no gradient flows.</summary>
        public static Tensor Detach(this Tensor x) => x is Constant ? x : Graph.Node(new Detach(), x);
    }
}
