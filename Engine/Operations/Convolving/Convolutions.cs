using GpuNN.Operations;

namespace GpuNN.Operations
{
    /// <summary>What the operands of every convolution keep to.</summary>
    internal static class ConvolutionRules
    {
        public static void Check(Operation operation, ReadOnlySpan<Shape> x, Window window, int groups)
        {
            if (x[0].Rank != 4)
                throw ShapeException.For(operation, x, wanted: "needs images (batch, channels, height, width)",
                    fix: "Reshape flat images to that shape; a single channel is an axis of size 1.");
            if (x[1].Rank != 4 || x[1][2] != window.Size.Height || x[1][3] != window.Size.Width)
                throw ShapeException.For(operation, x, wanted: $"needs weights (outputs, inputs / groups, {window.Size.Height}, {window.Size.Width})",
                    fix: "Give the weights the shape of the window.");
            if (groups < 1 || x[1][0] % groups != 0)
                throw ShapeException.For(operation, x, wanted: $"needs channels that {groups} groups share evenly", fix: "Let the number of groups divide inputs and outputs.");
        }
    }
}

namespace GpuNN
{
    /// <summary>Convolutions of images (batch, channels, height, width).</summary>
    public static class Convolutions
    {
        /// <summary>Convolution; see <see cref="Operations.Convolve"/>.</summary>
        /// <param name="x">Images (batch, inputs, height, width).</param>
        /// <param name="weight">Weights (outputs, inputs / groups, window height, window width).</param>
        /// <param name="bias">A number for each output channel, or null.</param>
        /// <param name="window">Size, stride, padding and dilation.</param>
        /// <param name="groups">Groups of channels.</param>
        public static Tensor Convolve(this Tensor x, Tensor weight, Tensor? bias, Window window, int groups = 1) => bias is null
            ? Graph.Node(new Convolve(window, groups), x, weight)
            : Graph.Node(new Convolve(window, groups), x, weight, bias);

        /// <summary>Transposed convolution, the adjoint of a convolution; see <see cref="ConvolveInputGradient"/>.</summary>
        /// <param name="x">Images (batch, channels, height, width).</param>
        /// <param name="weight">Weights (channels, results / groups, window height, window width).</param>
        /// <param name="bias">A number for each result channel, or null.</param>
        /// <param name="window">Size, stride, padding and dilation of the convolution that it is the adjoint of.</param>
        /// <param name="size">Rows and columns of the result.</param>
        /// <param name="groups">Groups of channels.</param>
        public static Tensor ConvolveTransposed(this Tensor x, Tensor weight, Tensor? bias, Window window, Extent size, int groups = 1) => bias is null
            ? Graph.Node(new ConvolveInputGradient(window, groups, size), x, weight)
            : Graph.Node(new ConvolveInputGradient(window, groups, size), x, weight, bias);

        /// <summary>Local receptive fields without sharing; see <see cref="Operations.ConnectLocally"/>.</summary>
        /// <param name="x">Images (batch, inputs, height, width).</param>
        /// <param name="weight">Weights (outputs, inputs, window height, window width, out height, out width).</param>
        /// <param name="window">Size, stride, padding and dilation.</param>
        public static Tensor ConnectLocally(this Tensor x, Tensor weight, Window window) => Graph.Node(new ConnectLocally(window), x, weight);
    }
}
