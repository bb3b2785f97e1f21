using GpuNN.Kernels;
using GpuNN.Operations;
using GpuNN.Pointwise;

namespace GpuNN.Operations
{
    /// <summary>
    /// Statistics of each channel over batch and pixels: y[0] = mean, y[1] = what the mean as a float leaves of it, y[2] = variance (over m).
    /// Shapes: x (batch, channels, pixels...), y (3, channels).
    /// </summary>
    public sealed record BatchStatistics() : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => x[0].Rank >= 2 && x[0].Elements > 0 ? [3, x[0][1]] : throw ShapeException.For(this, x,
            wanted: "needs a tensor (batch, channels, ...) with at least one number a channel", fix: "Feed at least one item, and reshape it to (batch, channels, ...).");

        // What is left of the mean is a constant 0 to calculus.
        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy)
        {
            var x = node.Inputs[0];
            var shape = ChannelView.Of(x.Shape);
            var own = x.Reshape([shape.Batch, shape.Channels, shape.Pixels]);
            var mean = ChannelView.Row(node, 0);
            var slope = ChannelView.Row(dy, 0) + ChannelView.Row(dy, 2) * (own - mean) * 2f;
            return [(slope * (1f / shape.Count)).Reshape(x.Shape)];
        }

        /// <inheritdoc/>
        public override long Workspace(Route route, Operands at) => BatchNormKernels.Workspace(route, ChannelView.Of(at.ShapeOf(0)));

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) =>
            BatchNormKernels.Statistics(route, at[0], at.Output, at.Workspace, ChannelView.Of(at.ShapeOf(0)));
    }

    /// <summary>
    /// y = g (x - mean) / sqrt(variance + epsilon) + b, channel by channel.
    /// Operands: x, statistics (3, channels) as <see cref="BatchStatistics"/> makes them, g, b (channels). Shapes: y as x.
    /// Source: Ioffe and Szegedy (2015), "Batch normalization".
    /// </summary>
    /// <param name="Epsilon">Added to the variance; with 0 a constant channel gives b.</param>
    /// <param name="OfBatch">Whether the statistics are those of x, so that the whole derivative goes to x; else they are constants.</param>
    public sealed record BatchNormalise(float Epsilon, bool OfBatch) : KernelOperation, IEndedOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x)
        {
            if (x[0].Rank < 2)
                throw ShapeException.For(this, x, wanted: "needs a tensor (batch, channels, ...)", fix: "Reshape it, or feed whole batches.");
            if (x[1] != Shape.Of(3, x[0][1]) || x[2] != Shape.Of(x[0][1]) || x[3] != x[2])
                throw ShapeException.For(this, x, wanted: $"needs statistics (3, channels), gains and biases (channels) for {x[0][1]} channels",
                    fix: "Give the layer as many features as the layer before it makes.");
            return x[0];
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy)
        {
            Tensor x = node.Inputs[0], statistics = node.Inputs[1], gain = node.Inputs[2];
            var channels = x.Shape[1];
            var sums = Graph.Node(new BatchNormaliseSums(Epsilon, OfBatch), x, dy, statistics);
            var dx = OfBatch
                ? Graph.Node(new BatchNormaliseGradient(Epsilon), x, dy, statistics, gain, sums)
                : Graph.Node(this, dy, Slicing.Concatenate(0, Zeros([2, channels]), statistics.Slice(0, 2, 1)), gain, Zeros([channels]));
            return [dx, null, sums.Slice(0, 1, 1).Reshape([channels]), sums.Slice(0, 0, 1).Reshape([channels])];
        }

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) => ((IEndedOperation)this).Launch(route, at, null);

        // A plane of one channel is finished at a time.
        int IEndedOperation.RowAxes(Shape y) => Math.Max(1, y.Rank - 2);

        void IEndedOperation.Launch(Route route, Operands at, ProductEnd? end) =>
            BatchNormKernels.Normalise(route, at[0], at[1], at[2], at[3], at.Output, ChannelView.Of(at.Shape), Epsilon, end);

        private static Tensor Zeros(Shape shape) => new Constant(0).BroadcastTo(shape);
    }

    /// <summary>
    /// The sums of the backward pass: y[0] = sum dy, y[1] = sum dy xhat over batch and pixels; they are the gradients of bias and gain.
    /// Operands: x, dy, statistics (3, channels). Shapes: y (2, channels).
    /// </summary>
    /// <param name="Epsilon">Added to the variance.</param>
    /// <param name="OfBatch">Whether the statistics are those of x.</param>
    public sealed record BatchNormaliseSums(float Epsilon, bool OfBatch) : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => x[0].Rank >= 2 && x[1] == x[0] && x[2] == Shape.Of(3, x[0][1]) ? [2, x[0][1]] : throw ShapeException.For(this, x,
            wanted: "needs x and dy of one shape (batch, channels, ...) and statistics (3, channels)", fix: "Take the statistics of x.");

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy)
        {
            var shape = node.Inputs[0].Shape;
            var gradients = Composed.Gradients(at =>
            {
                var normal = ChannelView.Normal(at[0], OfBatch ? null : node.Inputs[2], Epsilon);
                var own = at[1].Reshape(normal.Shape);
                return Slicing.Concatenate(0, own.Sum([0, 2]).Reshape([1, shape[1]]), (own * normal).Sum([0, 2]).Reshape([1, shape[1]]));
            }, [node.Inputs[0], node.Inputs[1]], dy);
            return [gradients[0], gradients[1], null];
        }

        /// <inheritdoc/>
        public override long Workspace(Route route, Operands at) => BatchNormKernels.Workspace(route, ChannelView.Of(at.ShapeOf(0)));

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) =>
            BatchNormKernels.Sums(route, at[0], at[1], at[2], at.Output, at.Workspace, ChannelView.Of(at.ShapeOf(0)), Epsilon);
    }

    /// <summary>
    /// dx = g / sqrt(variance + epsilon) (dy - sum dy / m - xhat sum(dy xhat) / m), where the statistics are those of x.
    /// Operands: x, dy, statistics (3, channels), g (channels), the sums (2, channels). Shapes: dx as x.
    /// </summary>
    /// <param name="Epsilon">Added to the variance.</param>
    public sealed record BatchNormaliseGradient(float Epsilon) : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => x[0];

        // Statistics and sums are functions of x and dy, so the whole derivative goes to these.
        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy)
        {
            var gradients = Composed.Gradients(at =>
            {
                var normal = ChannelView.Normal(at[0], null, Epsilon);
                var own = at[1].Reshape(normal.Shape);
                var gain = at[2].Reshape([at[2].Shape[0], 1]);
                var centred = own - own.Mean([0, 2], keepAxis: true) - normal * (own * normal).Mean([0, 2], keepAxis: true);
                return (gain * ChannelView.Factor(at[0], Epsilon) * centred).Reshape(node.Shape);
            }, [node.Inputs[0], node.Inputs[1], node.Inputs[3]], dy);
            return [gradients[0], gradients[1], null, gradients[2], null];
        }

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) =>
            BatchNormKernels.Gradient(route, at[0], at[1], at[2], at[3], at[4], at.Output, ChannelView.Of(at.Shape), Epsilon);
    }

    /// <summary>Tensors (batch, channels, pixels...) as (batch, channels, pixels).</summary>
    internal static class ChannelView
    {
        public static ChannelShape Of(Shape x) => new(x[0], x[1], x.From(2));

        /// <summary>One row of statistics as (channels, 1).</summary>
        public static Tensor Row(Tensor statistics, int row) => statistics.Slice(0, row, 1).Reshape([statistics.Shape[1], 1]);

        /// <summary>xhat as a formula, from given statistics or, without, from those of x.</summary>
        public static Tensor Normal(Tensor x, Tensor? statistics, float epsilon)
        {
            if (statistics is null)
                return (View(x) - Mean(x)) * Factor(x, epsilon);
            return (View(x) - Row(statistics, 0) - Row(statistics, 1)) * (Row(statistics, 2) + epsilon).Map<Rsqrt>();
        }

        /// <summary>1 / sqrt(variance of x + epsilon) as a formula (1, channels, 1).</summary>
        public static Tensor Factor(Tensor x, float epsilon) => ((View(x) - Mean(x)).Square().Mean([0, 2], keepAxis: true) + epsilon).Map<Rsqrt>();

        private static Tensor Mean(Tensor x) => View(x).Mean([0, 2], keepAxis: true);

        private static Tensor View(Tensor x) => x.Reshape([x.Shape[0], x.Shape[1], x.Shape.From(2)]);
    }
}

namespace GpuNN
{
    /// <summary>Normalisation over the batch, on tensors (batch, channels, ...).</summary>
    public static class BatchNormalising
    {
        /// <summary>Mean, what a float leaves of it, and variance (over m) of each channel: (3, channels).</summary>
        public static Tensor BatchStatistics(this Tensor x) => Graph.Node(new BatchStatistics(), x);

        /// <summary>g (x - mean) / sqrt(variance + epsilon) + b by the statistics of x itself, which the gradient goes through.</summary>
        /// <param name="x">Numbers (batch, channels, ...).</param>
        /// <param name="statistics">Those of x, from <see cref="BatchStatistics(Tensor)"/>.</param>
        /// <param name="gain">g (channels).</param>
        /// <param name="bias">b (channels).</param>
        /// <param name="epsilon">Added to the variance.</param>
        public static Tensor NormaliseByBatch(this Tensor x, Tensor statistics, Tensor gain, Tensor bias, float epsilon) =>
            Graph.Node(new BatchNormalise(epsilon, true), x, statistics, gain, bias);

        /// <summary>g (x - mean) / sqrt(variance + epsilon) + b by given statistics, which are constants.</summary>
        /// <param name="x">Numbers (batch, channels, ...).</param>
        /// <param name="mean">Means (channels).</param>
        /// <param name="variance">Variances (channels).</param>
        /// <param name="gain">g (channels).</param>
        /// <param name="bias">b (channels).</param>
        /// <param name="epsilon">Added to the variance.</param>
        public static Tensor NormaliseBy(this Tensor x, Tensor mean, Tensor variance, Tensor gain, Tensor bias, float epsilon)
        {
            Shape row = [1, mean.Shape.Last];
            var statistics = Slicing.Concatenate(0, mean.Reshape(row), new Constant(0).BroadcastTo(row), variance.Reshape(row));
            return Graph.Node(new BatchNormalise(epsilon, false), x, statistics, gain, bias);
        }
    }
}
