using GpuNN.Kernels;
using GpuNN.Operations;

namespace GpuNN.Operations
{
    /// <summary>
    /// A function of one number, element by element: y = f(x). Its gradient is dy f'(x), one more pointwise node.
    /// </summary>
    /// <typeparam name="F">The function.</typeparam>
    public sealed record Map<F>() : PointwiseOperation(typeof(F)) where F : struct, IPointwise
    {
        /// <inheritdoc/>
        public override string Name => Pretty(typeof(F));

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) =>
            [dy * Graph.Node(new MapSlope<F>(), node.Inputs[0], node)];

        internal static string Pretty(Type function) => function.IsGenericType
            ? $"{function.Name[..function.Name.IndexOf('`')]}<{string.Join(", ", function.GetGenericArguments().Select(Pretty))}>"
            : function.Name;
    }

    /// <summary>The slope f'(x) of a function, given x and y = f(x).</summary>
    /// <typeparam name="F">The function.</typeparam>
    public sealed record MapSlope<F>() : PointwiseOperation(typeof(F), PointwisePart.Slope) where F : struct, IPointwise
    {
        /// <inheritdoc/>
        public override string Name => $"{Map<F>.Pretty(typeof(F))} slope";

        /// <summary>Whether the slope is a function of y alone, as that of ReLU, tanh and the sigmoid is.</summary>
        private static bool NeedsResultAlone { get; } = (PointwiseCost.Of(typeof(F), PointwisePart.Slope).Uses & 1) == 0;

        /// <inheritdoc/>
        public override IReadOnlyList<Tensor> Operands(Node node) => NeedsResultAlone ? [node.Inputs[1], node.Inputs[1]] : node.Inputs;

        /// <inheritdoc/>
        public override bool JoinsConsumer => NeedsResultAlone;

        // y is a function of x, so the whole derivative goes to x.
        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) =>
            [dy * Graph.Node(new MapSlope<Pointwise.SlopeOf<F>>(), node.Inputs[0], node), null];
    }
}

namespace GpuNN
{
    /// <summary>Functions of one number on tensors.</summary>
    public static class Mapping
    {
        /// <summary>f(x), element by element.</summary>
        public static Tensor Map<F>(this Tensor x) where F : struct, IPointwise => Graph.Node(new Map<F>(), x);

        /// <summary>e to the x.</summary>
        public static Tensor Exp(this Tensor x) => x.Map<Pointwise.Exp>();

        /// <summary>Natural logarithm.</summary>
        public static Tensor Log(this Tensor x) => x.Map<Pointwise.Log>();

        /// <summary>Square root.</summary>
        public static Tensor Sqrt(this Tensor x) => x.Map<Pointwise.Sqrt>();

        /// <summary>x times x.</summary>
        public static Tensor Square(this Tensor x) => x.Map<Pointwise.Square>();

        /// <summary>Absolute value.</summary>
        public static Tensor Abs(this Tensor x) => x.Map<Pointwise.Abs>();

        /// <summary>max(x, 0).</summary>
        public static Tensor Relu(this Tensor x) => x.Map<Pointwise.Relu>();

        /// <summary>Logistic sigmoid 1 / (1 + exp(-x)).</summary>
        public static Tensor Sigmoid(this Tensor x) => x.Map<Pointwise.Sigmoid>();

        /// <summary>Hyperbolic tangent.</summary>
        public static Tensor Tanh(this Tensor x) => x.Map<Pointwise.Tanh>();

        /// <summary>log(1 + exp(x)).</summary>
        public static Tensor Softplus(this Tensor x) => x.Map<Pointwise.Softplus>();
    }
}
