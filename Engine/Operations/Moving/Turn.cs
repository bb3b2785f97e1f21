using GpuNN.Kernels;
using GpuNN.Operations;

namespace GpuNN.Operations
{
    /// <summary>
    /// Images turned by quarter turns, counter-clockwise. After one, y[..., i, j] = x[..., j, width - 1 - i].
    /// Shapes: x (..., height, width), y the same, or (..., width, height) after an odd number of quarters.
    /// </summary>
    /// <param name="Quarters">Quarter turns, 1 to 3.</param>
    public sealed record Turn(int Quarters) : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => x[0].Rank < 2
            ? throw ShapeException.For(this, x, wanted: "needs images (..., height, width)", fix: "Reshape the numbers to rows and columns.")
            : Quarters % 2 == 0 ? x[0] : [.. x[0].Sizes[..^2], x[0][^1], x[0][^2]];

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [dy.Turn(-Quarters)];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at)
        {
            var x = at.ShapeOf(0);
            TurnKernels.Run(route, at[0], at.Output, x.Before(x.Rank - 2), x[^2], x[^1], Quarters);
        }
    }
}

namespace GpuNN
{
    /// <summary>Turned images.</summary>
    public static class Turning
    {
        /// <summary>Images (..., height, width) turned counter-clockwise by so many quarter turns; fewer than none turn the other way.</summary>
        public static Tensor Turn(this Tensor x, int quarters) => (quarters % 4 + 4) % 4 is > 0 and var turns ? Graph.Node(new Turn(turns), x) : x;
    }
}
