using GpuNN.Kernels;
using GpuNN.Operations;

namespace GpuNN.Operations
{
    /// <summary>
    /// Numbers drawn anew at every run: a function of (key, element, step) alone, by Philox (Salmon et al. 2011). The key depends on the
    /// seed, the function and the place in the model.
    /// </summary>
    /// <param name="Shape">The shape.</param>
    /// <param name="KeyLow">Low half of the key.</param>
    /// <param name="KeyHigh">High half of the key.</param>
    public abstract record RandomNumbers(Shape Shape, uint KeyLow, uint KeyHigh) : KernelOperation
    {
        /// <inheritdoc/>
        public override void CheckKinds(ReadOnlySpan<Tensor> x) { }

        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => Shape;

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => new Tensor?[node.Inputs.Count];
    }

    /// <summary>Uniform in [0, 1), bit-equal on every device.</summary>
    /// <inheritdoc/>
    public sealed record Uniform(Shape Shape, uint KeyLow, uint KeyHigh) : RandomNumbers(Shape, KeyLow, KeyHigh)
    {
        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) => RandomKernels.Uniform(route, at.Output, KeyLow, KeyHigh, at[0]);
    }

    /// <summary>Standard normal, to 1e-6 the same on every device.</summary>
    /// <inheritdoc/>
    public sealed record Normal(Shape Shape, uint KeyLow, uint KeyHigh) : RandomNumbers(Shape, KeyLow, KeyHigh)
    {
        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) => RandomKernels.Normal(route, at.Output, KeyLow, KeyHigh, at[0]);
    }

    /// <summary>A value with a probability, else 0; bit-equal on every device.</summary>
    /// <param name="Shape">The shape.</param>
    /// <param name="KeyLow">Low half of the key.</param>
    /// <param name="KeyHigh">High half of the key.</param>
    /// <param name="Probability">Chance of the value.</param>
    /// <param name="Value">The value.</param>
    public sealed record Mask(Shape Shape, uint KeyLow, uint KeyHigh, float Probability, float Value) : RandomNumbers(Shape, KeyLow, KeyHigh)
    {
        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) => RandomKernels.Bernoulli(route, at.Output, KeyLow, KeyHigh, at[0], Probability, Value);
    }

    /// <summary>1 with the probability that the operand holds for each element, else 0. It has no gradient.</summary>
    /// <inheritdoc/>
    public sealed record Bernoulli(Shape Shape, uint KeyLow, uint KeyHigh) : RandomNumbers(Shape, KeyLow, KeyHigh)
    {
        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) => RandomKernels.Bernoulli(route, at[1], at.Output, KeyLow, KeyHigh, at[0]);
    }
}

namespace GpuNN
{
    /// <summary>Random tensors, drawn anew at every run.</summary>
    public static class Drawing
    {
        /// <summary>Standard normal numbers.</summary>
        public static Tensor Normal(this Graph graph, Shape shape)
        {
            var (low, high) = graph.RandomKey("normal");
            return Graph.Node(new Normal(shape, low, high), graph.Step);
        }

        /// <summary>Uniform numbers in [0, 1).</summary>
        public static Tensor Uniform(this Graph graph, Shape shape)
        {
            var (low, high) = graph.RandomKey("uniform");
            return Graph.Node(new Uniform(shape, low, high), graph.Step);
        }

        /// <summary>A value with a probability, else 0: a dropout mask.</summary>
        public static Tensor Mask(this Graph graph, Shape shape, float probability, float value = 1)
        {
            if (!(probability >= 0 && probability <= 1))
                throw new ArgumentOutOfRangeException(nameof(probability), $"Mask: the probability must lie in [0, 1], but is {probability}.\nPass the chance that an element is kept.");
            var (low, high) = graph.RandomKey("mask");
            return Graph.Node(new Mask(shape, low, high, probability, value), graph.Step);
        }

        /// <summary>1 with the probability that x holds for each element, else 0.</summary>
        public static Tensor Bernoulli(this Tensor x)
        {
            var graph = Graph.Current;
            var (low, high) = graph.RandomKey("bernoulli");
            return Graph.Node(new Bernoulli(x.Shape, low, high), graph.Step, x);
        }
    }
}
