namespace GpuNN;

/// <summary>
/// Convolution of images: y[o] = b[o] + sum over c of w[o, c] slid over x[c]; see <see cref="Operations.Convolve"/> for the formula.
/// Shapes: x (batch, inputs, height, width), w (outputs, inputs / groups, window height, window width), b (outputs), y (batch, outputs,
/// out height, out width), where <see cref="Padding"/> says how many outputs there are.
/// Source: LeCun et al. (1989), "Backpropagation applied to handwritten zip code recognition".
/// </summary>
public sealed class Conv2D : Layer, IFoldable
{
    private readonly Window window;
    private readonly Parameter weight;
    private readonly Parameter? bias;

    /// <summary>A convolution.</summary>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="kernel">Rows and columns of the window.</param>
    /// <param name="padding">What lies around the image; nothing if null.</param>
    /// <param name="stride">Pixels from one output to the next; 1 if null.</param>
    /// <param name="dilation">Pixels from one place of the window to the next; 1 if null.</param>
    /// <param name="groups">Groups of channels that do not see each other.</param>
    /// <param name="bias">Whether each output channel adds a number of its own.</param>
    /// <param name="init">Initial weights; <see cref="Inits.GlorotUniform"/> if null. The bias starts at 0.</param>
    public Conv2D(
        int inputs, int outputs, Extent kernel, Padding? padding = null, Extent? stride = null, Extent? dilation = null, int groups = 1, bool bias = true, Init? init = null)
    {
        Channels.Check("Conv2D", inputs, outputs, groups);
        (Inputs, Outputs, Groups) = (inputs, outputs, groups);
        window = new Window(kernel, stride, padding, dilation);
        weight = Own("weight", [outputs, inputs / groups, kernel.Height, kernel.Width], init ?? Inits.GlorotUniform);
        if (bias)
            this.bias = Own("bias", [outputs], Inits.Zeros);
    }

    /// <summary>Channels of x.</summary>
    public int Inputs { get; }

    /// <summary>Channels of y.</summary>
    public int Outputs { get; }

    /// <summary>Groups of channels.</summary>
    public int Groups { get; }

    /// <summary>The weights (outputs, inputs / groups, window height, window width).</summary>
    public Parameter Weight => weight;

    /// <summary>The biases (outputs), or null without.</summary>
    public Parameter? Bias => bias;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Convolve(weight, bias, window, Groups);

    /// <inheritdoc/>
    public Layer Folded(double[] scale, double[] shift)
    {
        var folded = new Conv2D(Inputs, Outputs, window.Size, window.Padding, window.Stride, window.Dilation, Groups);
        folded.weight.Set(Folding.Scaled(weight, 0, scale));
        folded.bias!.Set(Folding.Shifted(bias, scale, shift));
        return folded;
    }

    /// <inheritdoc/>
    public override string ToString() => $"Conv2D({Inputs} -> {Outputs}, {window}{(Groups == 1 ? "" : $", {Groups} groups")}{(bias is null ? ", no bias" : "")})";
}
