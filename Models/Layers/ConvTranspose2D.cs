namespace GpuNN;

/// <summary>
/// Transposed convolution: the adjoint of a convolution, which spreads each pixel over a window of the result. Along an axis of n
/// pixels the result has (n - 1) stride - 2 padding + dilation (kernel - 1) + 1 + extra pixels, and n stride with Padding.Same.
/// Shapes: x (batch, inputs, height, width), w (inputs, outputs / groups, window height, window width), b (outputs), y (batch,
/// outputs, out height, out width).
/// Source: Zeiler et al. (2010), "Deconvolutional networks"; Radford, Metz and Chintala (2016) for its place in a generator.
/// </summary>
public sealed class ConvTranspose2D : Layer
{
    private readonly Window window;
    private readonly Extent extra;
    private readonly Parameter weight;
    private readonly Parameter? bias;

    /// <summary>A transposed convolution.</summary>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="kernel">Rows and columns of the window.</param>
    /// <param name="padding">What is cut off around the result; nothing if null.</param>
    /// <param name="stride">Pixels of the result from one pixel of x to the next; 1 if null.</param>
    /// <param name="dilation">Pixels from one place of the window to the next; 1 if null.</param>
    /// <param name="extra">Pixels that the result has more behind the last ones, less than a stride; none if null.</param>
    /// <param name="groups">Groups of channels that do not see each other.</param>
    /// <param name="bias">Whether each output channel adds a number of its own.</param>
    /// <param name="init">Initial weights; <see cref="Inits.GlorotUniform"/> if null. The bias starts at 0.</param>
    public ConvTranspose2D(
        int inputs, int outputs, Extent kernel, Padding? padding = null, Extent? stride = null, Extent? dilation = null, Extent? extra = null,
        int groups = 1, bool bias = true, Init? init = null)
    {
        Channels.Check("ConvTranspose2D", inputs, outputs, groups);
        (Inputs, Outputs, Groups) = (inputs, outputs, groups);
        window = new Window(kernel, stride, padding, dilation);
        this.extra = extra ?? 0;
        if (this.extra.Height < 0 || this.extra.Width < 0 || this.extra.Height >= window.Stride.Height || this.extra.Width >= window.Stride.Width)
            throw new ArgumentOutOfRangeException(nameof(extra),
                $"ConvTranspose2D: needs extra pixels from 0 to less than the stride {window.Stride}, but got {this.extra}.\nMore would see no pixel of x; pad the result instead.");
        // In groups a unit has a part of the first axis for itself.
        weight = Own("weight", [inputs, outputs / groups, kernel.Height, kernel.Width], init ?? Inits.GlorotUniform, incoming: groups == 1 ? [0, 2, 3] : null);
        if (bias)
            this.bias = Own("bias", [outputs], Inits.Zeros);
    }

    /// <summary>Channels of x.</summary>
    public int Inputs { get; }

    /// <summary>Channels of y.</summary>
    public int Outputs { get; }

    /// <summary>Groups of channels.</summary>
    public int Groups { get; }

    /// <summary>The weights (inputs, outputs / groups, window height, window width).</summary>
    public Parameter Weight => weight;

    /// <summary>The biases (outputs), or null without.</summary>
    public Parameter? Bias => bias;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (x.Shape.Rank != 4)
            throw new ShapeException($"ConvTranspose2D: needs images (batch, channels, height, width), but got {x.Shape}.\nReshape flat images to that shape; a single channel is an axis of size 1.");
        var size = window.Sources(x.Shape[2], x.Shape[3]);
        return x.ConvolveTransposed(weight, bias, window, (size.Height + extra.Height, size.Width + extra.Width), Groups);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"ConvTranspose2D({Inputs} -> {Outputs}, {window}{(extra == 0 ? "" : $", {extra} extra")}{(Groups == 1 ? "" : $", {Groups} groups")}{(bias is null ? ", no bias" : "")})";
}
