using GpuNN.Operations;

namespace GpuNN.Operations
{
    /// <summary>
    /// Leaky rectifier: y = x where x > 0, else a x, with the slope a a number or a tensor that broadcasts.
    /// dx = dy where x > 0, else a dy; da = dy min(x, 0). At 0 the slope is a.
    /// </summary>
    public sealed record LeakyRelu() : PointwiseOperation(typeof(Pointwise.LeakyRelu))
    {
        // A slope that is known to be 0 or more leaves the sign alone: then y tells it, and x need not be kept.
        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy)
        {
            var (x, slope) = (node.Inputs[0], node.Inputs[1]);
            var sign = slope is Constant { Value: >= 0 } ? node : x;
            return [Choices.WhereGreater(sign, 0f, dy, slope * dy), Choices.WhereGreater(x, 0f, 0f, dy * x)];
        }
    }
}

namespace GpuNN
{
    /// <summary>Rectifiers with a parameter, on tensors.</summary>
    public static class Rectifying
    {
        /// <summary>x where x &gt; 0, else slope x.</summary>
        /// <param name="x">Any numbers.</param>
        /// <param name="slope">A number, or a tensor that broadcasts with x: a learned or a drawn slope.</param>
        public static Tensor LeakyRelu(this Tensor x, Tensor slope) => Graph.Node(new LeakyRelu(), x, slope);

        /// <summary>x where x &gt; 0, else depth (exp(x) - 1).</summary>
        /// <param name="x">Any numbers.</param>
        /// <param name="depth">How far below 0 it goes: a number, or a tensor that broadcasts with x.</param>
        public static Tensor Elu(this Tensor x, Tensor depth) => Graph.Node(new Elu(), x, depth);
    }
}
