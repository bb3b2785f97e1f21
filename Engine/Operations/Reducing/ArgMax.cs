using GpuNN.Kernels;
using GpuNN.Operations;

namespace GpuNN.Operations
{
    /// <summary>Index of the greatest number along the last axis; the first of equals wins, NaN counts as the greatest. No gradient.</summary>
    public sealed record ArgMax() : KernelOperation
    {
        /// <inheritdoc/>
        public override ElementKind Kind => ElementKind.Int;

        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => x[0].Rank > 0 && x[0].Last > 0 ? Shape.Of(x[0].Sizes[..^1]) : throw ShapeException.For(this, x,
            wanted: "needs a last axis with at least one number", fix: "Reshape it to (rows, classes).");

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [null];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) =>
            ArgKernels.Run<Greatest>(route, at[0], at.Output, (int)at.Shape.Elements, at.ShapeOf(0).Last, 1);
    }
}

namespace GpuNN
{
    /// <summary>Choices along an axis.</summary>
    public static class Ranking
    {
        /// <summary>Index of the greatest number along the last axis, as integers.</summary>
        public static Tensor ArgMax(this Tensor x) => Graph.Node(new ArgMax(), x);
    }
}
