using GpuNN.Kernels;
using GpuNN.Operations;

namespace GpuNN.Operations
{
    /// <summary>
    /// Maximum of a window that slides over images: y[..., i, j] = max over u, v of x[..., row(i, u), column(j, v)]. The first of
    /// equals wins, row by row; NaN passes through; padding never wins. The gradient goes to the winner.
    /// Shapes: x (..., height, width), y (..., out height, out width).
    /// Source: Riesenhuber and Poggio (1999), "Hierarchical models of object recognition in cortex".
    /// </summary>
    /// <param name="Window">How the window slides.</param>
    public sealed record MaxPool(Window Window) : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => Pools.Output(this, Window, x);

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [Graph.Node(new MaxPoolGradient(Window), node.Inputs[0], dy)];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at)
        {
            var (planes, window) = Pools.Of(Window, at, images: at.ShapeOf(0));
            MaxPoolKernels.Run(route, at[0], at.Output, planes, window);
        }
    }

    /// <summary>dx from x and dy: each dy at the pixel of x that wins its window, 0 elsewhere. The winners do not move with x.</summary>
    /// <param name="Window">How the window slides.</param>
    public sealed record MaxPoolGradient(Window Window) : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => Pools.Output(this, Window, x) == x[1] ? x[0] : throw ShapeException.For(this, x,
            wanted: "needs images and a gradient for each window", fix: "The order is x, dy.");

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [null, Graph.Node(new MaxPoolGather(Window), node.Inputs[0], dy)];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at)
        {
            var (planes, window) = Pools.Of(Window, at, images: at.Shape);
            MaxPoolKernels.Gradient(route, at[0], at[1], at.Output, planes, window);
        }
    }

    /// <summary>y[..., i, j] = g at the pixel of x that wins the window: the adjoint of <see cref="MaxPoolGradient"/>.</summary>
    /// <param name="Window">How the window slides.</param>
    public sealed record MaxPoolGather(Window Window) : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => x[0] == x[1] ? Pools.Output(this, Window, x) : throw ShapeException.For(this, x,
            wanted: "needs equal shapes", fix: "The order is the images that are compared, then the numbers that are read.");

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [null, Graph.Node(new MaxPoolGradient(Window), node.Inputs[0], dy)];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at)
        {
            var (planes, window) = Pools.Of(Window, at, images: at.ShapeOf(0));
            MaxPoolKernels.Gather(route, at[0], at[1], at.Output, planes, window);
        }
    }

    internal static class Pools
    {
        /// <summary>Shape of what a window that must see a pixel everywhere makes of images.</summary>
        public static Shape Output(Operation operation, Window window, ReadOnlySpan<Shape> x, bool paddingCounts = false)
        {
            if (x[0].Rank < 2)
                throw ShapeException.For(operation, x, wanted: "needs images (..., height, width)", fix: "Reshape to (batch, channels, height, width) first.");
            var over = window.Over(operation, x);
            if (!paddingCounts && !SeesPixels(over))
                throw ShapeException.For(operation, x, wanted: "needs windows that see at least one pixel each",
                    fix: $"Pad by less: some window of {window} lies in the padding alone.");
            return Shape.Of([.. x[0].Sizes[..^2], over.OutHeight, over.OutWidth]);
        }

        /// <summary>Planes and window of a launch, worked out once.</summary>
        public static (int Planes, WindowShape Window) Of(Window window, Operands at, Shape images)
        {
            var sizes = (Sizes?)at.Prepared;
            if (sizes is null)
                at.Prepared = sizes = new Sizes(images.Before(images.Rank - 2), window.Over(images[^2], images[^1])!.Value);
            return (sizes.Planes, sizes.Window);
        }

        private static bool SeesPixels(in WindowShape over)
        {
            for (var i = 0; i < over.OutHeight; i++)
                if (PoolPlaces.Inside(i * over.RowStride - over.Top, over.RowDilation, over.WindowHeight, over.Height) == 0)
                    return false;
            for (var j = 0; j < over.OutWidth; j++)
                if (PoolPlaces.Inside(j * over.ColumnStride - over.Left, over.ColumnDilation, over.WindowWidth, over.Width) == 0)
                    return false;
            return true;
        }

        private sealed record Sizes(int Planes, WindowShape Window);
    }
}

namespace GpuNN
{
    /// <summary>Poolings of images.</summary>
    public static class Pooling
    {
        /// <summary>Maximum of a window over the last two axes.</summary>
        public static Tensor MaxPool(this Tensor x, Window window) =>
            // The greatest of rectified numbers is the greatest number, rectified; there are fewer of those. So is its gradient.
            x is Node { Operation: Map<Pointwise.Relu> } rectified ? rectified.Inputs[0].MaxPool(window).Relu() : Graph.Node(new MaxPool(window), x);

        /// <summary>Mean of a window over the last two axes.</summary>
        /// <param name="x">Images (..., height, width).</param>
        /// <param name="window">How the window slides.</param>
        /// <param name="countPadding">Whether places in the padding count, as zeros.</param>
        public static Tensor AveragePool(this Tensor x, Window window, bool countPadding = false) => Graph.Node(new AveragePool(window, countPadding), x);

        /// <summary>Maximum of each image (..., height, width), whose two axes are dropped; the gradient goes to the first of equals.</summary>
        public static Tensor GlobalMaxPool(this Tensor x) => x.Shape.Rank < 2 || x.Shape[^1] == 0 || x.Shape[^2] == 0
            ? throw NoImages("GlobalMaxPool", x)
            : x.MaxPool(new Window((x.Shape[^2], x.Shape[^1]))).Reshape(Shape.Of(x.Shape.Sizes[..^2]));

        /// <summary>Mean of each image (..., height, width), whose two axes are dropped.</summary>
        public static Tensor GlobalAveragePool(this Tensor x) => x.Shape.Rank < 2 || x.Shape[^1] == 0 || x.Shape[^2] == 0
            ? throw NoImages("GlobalAveragePool", x)
            : x.Mean([-2, -1]);

        private static ShapeException NoImages(string name, Tensor x) =>
            new($"{name}: needs images (..., height, width) of at least one pixel, but got {x.Shape}.\nReshape to (batch, channels, height, width) first.");
    }
}
