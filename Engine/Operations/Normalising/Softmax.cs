using GpuNN.Kernels;
using GpuNN.Operations;

namespace GpuNN.Operations
{
    /// <summary>
    /// Softmax along the last axis: y[r, c] = exp(x[r, c]) / sum_j exp(x[r, j]).
    /// Shapes: x, y (..., classes). Units: x in nats (log-odds), y a probability; each row of y sums to 1.
    /// Source: Bridle (1990); shifted by the row maximum so that exp cannot overflow.
    /// </summary>
    public sealed record Softmax() : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => Classes.Rows(this, x);

        // dx = y * (dy - sum_j y_j dy_j), as one kernel.
        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [Graph.Node(new SoftmaxGradient(), node, dy)];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) =>
            SoftmaxKernels.Run<SoftmaxForm>(route, at[0], at.Output, Classes.Count(at.Shape), at.Shape.Last);
    }

    /// <summary>dx = y * (dy - sum_j y_j dy_j), from a softmax y and its gradient dy.</summary>
    public sealed record SoftmaxGradient() : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => x[0];

        // With s = sum_j y_j dy_j and g the gradient by dx: by y it is g (dy - s) - dy sum_j g_j y_j, by dy it is softmax's own rule again.
        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy)
        {
            var (y, inner) = (node.Inputs[0], node.Inputs[1]);
            var sum = (y * inner).Sum(-1, keepAxis: true);
            return [dy * (inner - sum) - inner * (dy * y).Sum(-1, keepAxis: true), Graph.Node(new SoftmaxGradient(), y, dy)];
        }

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) =>
            SoftmaxKernels.Gradient<SoftmaxForm>(route, at[0], at[1], at.Output, Classes.Count(at.Shape), at.Shape.Last);
    }

    /// <summary>
    /// Logarithm of the softmax along the last axis: y[r, c] = x[r, c] - log sum_j exp(x[r, j]).
    /// Shapes: x, y (..., classes). Units: nats.
    /// </summary>
    public sealed record LogSoftmax() : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => Classes.Rows(this, x);

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [Graph.Node(new LogSoftmaxGradient(), node, dy)];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) =>
            SoftmaxKernels.Run<LogSoftmaxForm>(route, at[0], at.Output, Classes.Count(at.Shape), at.Shape.Last);
    }

    /// <summary>dx = dy - exp(y) sum_j dy_j, from a log-softmax y and its gradient dy.</summary>
    public sealed record LogSoftmaxGradient() : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => x[0];

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy)
        {
            var (y, inner) = (node.Inputs[0], node.Inputs[1]);
            var p = y.Exp();
            return [-(dy * p * inner.Sum(-1, keepAxis: true)), dy - (dy * p).Sum(-1, keepAxis: true)];
        }

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) =>
            SoftmaxKernels.Gradient<LogSoftmaxForm>(route, at[0], at[1], at.Output, Classes.Count(at.Shape), at.Shape.Last);
    }

    internal static class Classes
    {
        public static Shape Rows(Operation operation, ReadOnlySpan<Shape> x) => x[0].Rank > 0 && x[0].Last > 0 ? x[0] : throw ShapeException.For(operation, x,
            wanted: "needs a last axis of classes", fix: "Reshape the logits to (rows, classes).");

        public static int Count(Shape shape) => (int)(shape.Elements / shape.Last);
    }
}

namespace GpuNN
{
    /// <summary>Probabilities from log-odds.</summary>
    public static class Normalising
    {
        /// <summary>Softmax along the last axis.</summary>
        public static Tensor Softmax(this Tensor x) => Graph.Node(new Softmax(), x);

        /// <summary>Logarithm of the softmax along the last axis.</summary>
        public static Tensor LogSoftmax(this Tensor x) => Graph.Node(new LogSoftmax(), x);
    }
}
