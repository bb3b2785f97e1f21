using GpuNN.Kernels;
using GpuNN.Operations;

namespace GpuNN.Operations
{
    /// <summary>A window: y[i, j, ...] = x[start0 + i, start1 + j, ...].</summary>
    /// <param name="Starts">Where it begins on each axis.</param>
    /// <param name="Sizes">How long it is on each axis.</param>
    public sealed record Slice(Shape Starts, Shape Sizes) : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x)
        {
            var fits = Starts.Rank == x[0].Rank && Sizes.Rank == x[0].Rank;
            for (var axis = 0; fits && axis < x[0].Rank; axis++)
                fits = Starts[axis] + Sizes[axis] <= x[0][axis];
            return fits ? Sizes : throw ShapeException.For(this, x,
                wanted: $"needs a window inside the tensor; it begins at {Starts} and is {Sizes} large", fix: "Start plus size must not pass the end of an axis.");
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [Graph.Node(new Pad(Starts, node.Inputs[0].Shape, 0), dy)];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) => MoveKernels.Slice(route, at[0], at.Output, at.ShapeOf(0).Sizes, Starts.Sizes, Sizes.Sizes);
    }

    /// <summary>A tensor placed in a larger one that holds a constant elsewhere.</summary>
    /// <param name="Starts">Where it begins on each axis.</param>
    /// <param name="To">Shape of the larger one.</param>
    /// <param name="Value">The constant.</param>
    public sealed record Pad(Shape Starts, Shape To, float Value) : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x)
        {
            var fits = Starts.Rank == x[0].Rank && To.Rank == x[0].Rank;
            for (var axis = 0; fits && axis < To.Rank; axis++)
                fits = Starts[axis] + x[0][axis] <= To[axis];
            return fits ? To : throw ShapeException.For(this, x,
                wanted: $"needs a tensor that fits into {To} at {Starts}", fix: "Start plus size must not pass the end of an axis.");
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [Graph.Node(new Slice(Starts, node.Inputs[0].Shape), dy)];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) => MoveKernels.Pad(route, at[0], at.Output, at.ShapeOf(0).Sizes, To.Sizes, Starts.Sizes, Value);
    }

    /// <summary>Tensors one behind the other along an axis.</summary>
    /// <param name="Axis">The axis.</param>
    public sealed record Concatenate(int Axis) : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x)
        {
            var total = 0;
            foreach (var shape in x)
            {
                if (shape.Rank != x[0].Rank || Axis >= shape.Rank || shape.With(Axis, 0) != x[0].With(Axis, 0))
                    throw ShapeException.For(this, x, wanted: $"needs shapes that agree on all axes but {Axis}", fix: "Reshape or permute the operands to agree.");
                total += shape[Axis];
            }
            return x[0].With(Axis, total);
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy)
        {
            var parts = new Tensor?[node.Inputs.Count];
            var start = 0;
            for (var i = 0; i < parts.Length; i++)
            {
                parts[i] = dy.Slice(Axis, start, node.Inputs[i].Shape[Axis]);
                start += node.Inputs[i].Shape[Axis];
            }
            return parts;
        }

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at)
        {
            var outer = at.Shape.Before(Axis);
            var inner = at.Shape.From(Axis + 1);
            var offset = 0;
            for (var i = 0; i < at.Length; i++)
            {
                var width = at.ShapeOf(i)[Axis] * inner;
                MoveKernels.Concatenate(route, at[i], at.Output, outer, width, at.Shape[Axis] * inner, offset);
                offset += width;
            }
        }
    }
}

namespace GpuNN
{
    /// <summary>Parts of tensors, and tensors of parts.</summary>
    public static class Slicing
    {
        /// <summary>The elements [start, start + size) of one axis; all of them are the tensor itself.</summary>
        public static Tensor Slice(this Tensor x, int axis, int start, int size)
        {
            var at = x.Shape.Axis(axis);
            return start == 0 && size == x.Shape[at] ? x : Graph.Node(new Slice(Shape.Of(new int[x.Shape.Rank]).With(at, start), x.Shape.With(at, size)), x);
        }

        /// <summary>With so many constants before and behind the elements of one axis.</summary>
        public static Tensor Pad(this Tensor x, int axis, int before, int behind, float value = 0)
        {
            var at = x.Shape.Axis(axis);
            return Graph.Node(new Pad(Shape.Of(new int[x.Shape.Rank]).With(at, before), x.Shape.With(at, before + x.Shape[at] + behind), value), x);
        }

        /// <summary>Tensors one behind the other along an axis.</summary>
        public static Tensor Concatenate(int axis, params Tensor[] x) => x.Length > 0
            ? Graph.Node(new Concatenate(x[0].Shape.Axis(axis)), x)
            : throw new ArgumentException("Concatenate: needs at least one tensor, but got none.\nLeave it out, or pass the parts.");
    }
}
