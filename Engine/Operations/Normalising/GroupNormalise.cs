using GpuNN.Kernels;
using GpuNN.Operations;
using GpuNN.Pointwise;

namespace GpuNN.Operations
{
    /// <summary>
    /// y = g (x - mean) / sqrt(variance + epsilon) + b with statistics of each row: layer and group normalisation.
    /// The channels of an item form groups of neighbours; a group of an item is a row.
    /// Operands: x, g, b. Shapes: x (items..., channels..., pixels...), g, b (channels...), y as x. The last axes make the pixels.
    /// Sources: Ba, Kiros and Hinton (2016), "Layer normalization"; Wu and He (2018), "Group normalization".
    /// </summary>
    /// <param name="Groups">Groups of an item; 1 for layer normalisation.</param>
    /// <param name="Pixels">Numbers that share a gain; 1 for layer normalisation.</param>
    /// <param name="Epsilon">Added to the variance; with 0 a constant row gives b.</param>
    public sealed record GroupNormalise(int Groups, int Pixels, float Epsilon) : KernelOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x)
        {
            var item = x[1].Elements * Pixels;
            if (item == 0 || x[2] != x[1] || x[0].Elements % item != 0 || x[1].Elements % Groups != 0)
                throw ShapeException.For(this, x, wanted: $"needs items of gains times {Pixels} numbers, as many biases as gains, and gains that {Groups} groups can share",
                    fix: "Give the layer the sizes of what the layer before it makes.");
            return x[0];
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy)
        {
            Tensor x = node.Inputs[0], gain = node.Inputs[1];
            var both = Graph.Node(new GroupNormaliseGradient(Groups, Pixels, Epsilon), x, dy, gain);
            var count = (int)gain.Shape.Elements;
            var sums = GroupNormaliseGradient.SumsAt(x.Shape);
            return [Graph.Node(new Part(0, x.Shape), both), both.Slice(0, sums + count, count).Reshape(gain.Shape), both.Slice(0, sums, count).Reshape(gain.Shape)];
        }

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) =>
            GroupNormKernels.Normalise(route, at[0], at[1], at[2], at.Output, ShapeOf(at.Shape, at.ShapeOf(1)), Epsilon);

        private GroupShape ShapeOf(Shape x, Shape gain) => GroupNormaliseGradient.ShapeOf(x, gain, Groups, Pixels);
    }

    /// <summary>
    /// The gradients of <see cref="GroupNormalise"/> in one run of numbers, since they come from one reading of x and dy: dx, zeros up
    /// to a multiple of <see cref="ParameterStore.Alignment"/>, db, dg.
    /// Operands: x, dy, g.
    /// </summary>
    /// <param name="Groups">Groups of an item.</param>
    /// <param name="Pixels">Numbers that share a gain.</param>
    /// <param name="Epsilon">Added to the variance.</param>
    public sealed record GroupNormaliseGradient(int Groups, int Pixels, float Epsilon) : KernelOperation
    {
        /// <summary>Where the sums begin.</summary>
        public static int SumsAt(Shape x) => checked((int)ParameterStore.Room(x.Elements));

        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => [checked(SumsAt(x[0]) + 2 * (int)x[2].Elements)];

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy)
        {
            var from = node.Inputs[0].Shape;
            return Composed.Gradients(at =>
            {
                var (x, own, gain) = (Rows(at[0]), Rows(at[1]), at[2]);
                var length = x.Shape[2];
                var gains = gain.Reshape([(int)gain.Shape.Elements, 1]).BroadcastTo([(int)gain.Shape.Elements, Pixels]).Reshape([Groups, length]);
                var centred = x - x.Mean(2, keepAxis: true);
                var factor = (centred.Square().Mean(2, keepAxis: true) + Epsilon).Map<Rsqrt>();
                var normal = centred * factor;
                var v = own * gains;
                var dx = factor * (v - v.Mean(2, keepAxis: true) - normal * (v * normal).Mean(2, keepAxis: true));
                var gap = SumsAt(from) - (int)from.Elements;
                return Slicing.Concatenate(0, dx.Reshape([(int)from.Elements]).Pad(0, 0, gap), Sum(own, gain.Shape), Sum(own * normal, gain.Shape));
            }, [.. node.Inputs], dy);

            Tensor Rows(Tensor x) => x.Reshape([(int)(from.Elements / Items(node)), Groups, Items(node) / Groups]);
            Tensor Sum(Tensor x, Shape gain) => x.Reshape([x.Shape[0], (int)gain.Elements, Pixels]).Sum([0, 2]);
        }

        /// <inheritdoc/>
        public override long Workspace(Route route, Operands at) => GroupNormKernels.Workspace(route, ShapeOf(at.ShapeOf(0), at.ShapeOf(2), Groups, Pixels));

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at)
        {
            var elements = at.ShapeOf(0).Elements;
            var sums = SumsAt(at.ShapeOf(0));
            if (sums > elements)
                route.Fill(at.Output.Slice(elements, sums - elements), 0);
            GroupNormKernels.Gradient(route, at[0], at[1], at[2], at.Output.Slice(0, elements), at.Output.Slice(sums, at.Output.Length - sums), at.Workspace,
                ShapeOf(at.ShapeOf(0), at.ShapeOf(2), Groups, Pixels), Epsilon);
        }

        internal static GroupShape ShapeOf(Shape x, Shape gain, int groups, int pixels) =>
            new((int)(x.Elements / (gain.Elements * pixels)), groups, (int)gain.Elements, pixels);

        private int Items(Node node) => (int)node.Inputs[2].Shape.Elements * Pixels;
    }
}

namespace GpuNN
{
    /// <summary>Normalisation over parts of an item, on tensors.</summary>
    public static class GroupNormalising
    {
        /// <summary>g (x - mean) / sqrt(variance + epsilon) + b over the last axes, those of the gain.</summary>
        /// <param name="x">Numbers (..., shape of the gain).</param>
        /// <param name="gain">g.</param>
        /// <param name="bias">b, in the shape of g.</param>
        /// <param name="epsilon">Added to the variance.</param>
        public static Tensor NormaliseLast(this Tensor x, Tensor gain, Tensor bias, float epsilon) =>
            Graph.Node(new GroupNormalise(1, 1, epsilon), x, gain, bias);

        /// <summary>g (x - mean) / sqrt(variance + epsilon) + b over groups of neighbouring channels of each item.</summary>
        /// <param name="x">Numbers (batch, channels, ...).</param>
        /// <param name="groups">Groups that share out the channels.</param>
        /// <param name="gain">g (channels).</param>
        /// <param name="bias">b (channels).</param>
        /// <param name="epsilon">Added to the variance.</param>
        public static Tensor NormaliseGroups(this Tensor x, int groups, Tensor gain, Tensor bias, float epsilon) =>
            Graph.Node(new GroupNormalise(groups, x.Shape.From(2), epsilon), x, gain, bias);
    }
}
