using GpuNN.Kernels;
using GpuNN.Operations;

namespace GpuNN.Operations
{
    /// <summary>Axes in another order: axis k of y is axis Order[k] of x.</summary>
    /// <param name="Order">Each axis once.</param>
    public sealed record Permute(Shape Order) : KernelOperation
    {
        /// <summary>Whether it only swaps the last two axes, which a matrix product does on the fly.</summary>
        internal bool SwapsLastTwo
        {
            get
            {
                for (var k = 0; k < Order.Rank; k++)
                    if (Order[k] != (k < Order.Rank - 2 ? k : 2 * Order.Rank - 3 - k))
                        return false;
                return Order.Rank >= 2;
            }
        }

        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x)
        {
            var shape = x[0];
            if (Order.Rank != shape.Rank || !Order.Order().SequenceEqual(Enumerable.Range(0, shape.Rank)))
                throw ShapeException.For(this, x, wanted: $"needs each axis once, but the order is {Order}", fix: $"Name the axes 0 to {shape.Rank - 1} in their new order.");
            return Shape.Of([.. Order.Select(axis => shape[axis])]);
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy)
        {
            var back = new int[Order.Rank];
            for (var k = 0; k < back.Length; k++)
                back[Order[k]] = k;
            return [dy.Permute(back)];
        }

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) => MoveKernels.Permute(route, at[0], at.Output, at.ShapeOf(0).Sizes, Order.Sizes);
    }

    /// <summary>Written out in a larger shape: axes of size 1 are stretched, missing ones in front are added.</summary>
    /// <param name="To">The larger shape.</param>
    public sealed record Broadcast(Shape To) : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => Shape.Broadcast(x[0], To) == To ? To : throw ShapeException.For(this, x,
            wanted: $"needs a shape that broadcasts to {To}", fix: "Axes are aligned at the last one; each must agree or be 1.");

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [dy.SumTo(node.Inputs[0].Shape)];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) => MoveKernels.Broadcast(route, at[0], at.Output, at.ShapeOf(0).Sizes, To.Sizes);
    }
}

namespace GpuNN
{
    /// <summary>Tensors with their axes in another order.</summary>
    public static class Permuting
    {
        /// <summary>Axes in another order: axis k of the result is axis order[k] of x.</summary>
        public static Tensor Permute(this Tensor x, params ReadOnlySpan<int> order) => Graph.Node(new Permute(Shape.Of(order)), x);

        /// <summary>The last two axes swapped.</summary>
        public static Tensor Transpose(this Tensor x)
        {
            if (x.Shape.Rank < 2)
                throw new ShapeException($"Transpose: needs two axes or more, but got {x.Shape}.\nReshape a vector to one row or one column first.");
            var order = Enumerable.Range(0, x.Shape.Rank).ToArray();
            (order[^1], order[^2]) = (order[^2], order[^1]);
            return x.Permute(order);
        }
    }
}
