namespace GpuNN;

/// <summary>
/// Convolution of sequences: y[o, i] = b[o] + sum over c, u of w[o, c, u] x[c, i stride + u dilation - before].
/// Shapes: x (batch, inputs, length), w (outputs, inputs / groups, kernel), b (outputs), y (batch, outputs, out length).
/// Source: Waibel et al. (1989), "Phoneme recognition using time-delay neural networks".
/// </summary>
public sealed class Conv1D : Layer, IFoldable
{
    private readonly Window window;
    private readonly Parameter weight;
    private readonly Parameter? bias;

    /// <summary>A convolution.</summary>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="kernel">Places of the window.</param>
    /// <param name="padding">What lies before and behind the sequence (of an explicit one the left and right sides); nothing if null.</param>
    /// <param name="stride">Places from one output to the next.</param>
    /// <param name="dilation">Places of x from one of the window to the next.</param>
    /// <param name="groups">Groups of channels that do not see each other.</param>
    /// <param name="bias">Whether each output channel adds a number of its own.</param>
    /// <param name="init">Initial weights; <see cref="Inits.GlorotUniform"/> if null. The bias starts at 0.</param>
    public Conv1D(
        int inputs, int outputs, int kernel, Padding? padding = null, int stride = 1, int dilation = 1, int groups = 1, bool bias = true, Init? init = null)
    {
        Channels.Check("Conv1D", inputs, outputs, groups);
        (Inputs, Outputs, Groups) = (inputs, outputs, groups);
        window = new Window((1, kernel), (1, stride), (padding ?? Padding.Valid).AlongColumns, (1, dilation));
        weight = Own("weight", [outputs, inputs / groups, kernel], init ?? Inits.GlorotUniform);
        if (bias)
            this.bias = Own("bias", [outputs], Inits.Zeros);
    }

    /// <summary>Channels of x.</summary>
    public int Inputs { get; }

    /// <summary>Channels of y.</summary>
    public int Outputs { get; }

    /// <summary>Groups of channels.</summary>
    public int Groups { get; }

    /// <summary>The weights (outputs, inputs / groups, kernel).</summary>
    public Parameter Weight => weight;

    /// <summary>The biases (outputs), or null without.</summary>
    public Parameter? Bias => bias;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (x.Shape.Rank != 3)
            throw new ShapeException($"Conv1D: needs sequences (batch, channels, length), but got {x.Shape}.\nReshape them to that shape; a single channel is an axis of size 1.");
        // A sequence is an image of one row.
        var y = x.Reshape([x.Shape[0], x.Shape[1], 1, x.Shape[2]])
            .Convolve(weight.Reshape([Outputs, Inputs / Groups, 1, window.Size.Width]), bias, window, Groups);
        return y.Reshape([y.Shape[0], y.Shape[1], y.Shape[3]]);
    }

    /// <inheritdoc/>
    public Layer Folded(double[] scale, double[] shift)
    {
        var folded = new Conv1D(Inputs, Outputs, window.Size.Width, window.Padding, window.Stride.Width, window.Dilation.Width, Groups);
        folded.weight.Set(Folding.Scaled(weight, 0, scale));
        folded.bias!.Set(Folding.Shifted(bias, scale, shift));
        return folded;
    }

    /// <inheritdoc/>
    public override string ToString() => $"Conv1D({Inputs} -> {Outputs}, {window}{(Groups == 1 ? "" : $", {Groups} groups")}{(bias is null ? ", no bias" : "")})";
}
