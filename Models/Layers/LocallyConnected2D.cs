namespace GpuNN;

/// <summary>
/// Local receptive fields: each output sees a window of the image as in a convolution, but with weights and a bias of its own;
/// see <see cref="Operations.ConnectLocally"/> for the formula. It is for images of one size.
/// Shapes: x (batch, inputs, height, width), w (outputs, inputs, window height, window width, out height, out width), b (outputs, out height,
/// out width), y (batch, outputs, out height, out width).
/// Source: LeCun (1989), "Generalization and network design strategies".
/// </summary>
public sealed class LocallyConnected2D : Layer
{
    private readonly Window window;
    private readonly Parameter weight;
    private readonly Parameter? bias;

    /// <summary>A layer of local receptive fields.</summary>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="image">Rows and columns of x.</param>
    /// <param name="kernel">Rows and columns of the window.</param>
    /// <param name="padding">What lies around the image; nothing if null.</param>
    /// <param name="stride">Pixels from one output to the next; 1 if null.</param>
    /// <param name="dilation">Pixels from one place of the window to the next; 1 if null.</param>
    /// <param name="bias">Whether each output adds a number of its own.</param>
    /// <param name="init">Initial weights of each window; <see cref="Inits.GlorotUniform"/> if null. The bias starts at 0.</param>
    public LocallyConnected2D(
        int inputs, int outputs, Extent image, Extent kernel, Padding? padding = null, Extent? stride = null, Extent? dilation = null, bool bias = true, Init? init = null)
    {
        Channels.Check("LocallyConnected2D", inputs, outputs, groups: 1);
        (Inputs, Outputs, Image) = (inputs, outputs, image);
        window = new Window(kernel, stride, padding, dilation);
        var size = window.Outputs(image.Height, image.Width) ?? throw new ArgumentOutOfRangeException(nameof(image),
            $"LocallyConnected2D: needs images that hold its window {window}, but got {image.Height} x {image.Width}.\nPad the images (Padding.Same), or use a smaller window.");
        weight = Own("weight", [outputs, inputs, kernel.Height, kernel.Width, size.Height, size.Width], Inits.PerPlace(init ?? Inits.GlorotUniform), incoming: [1, 2, 3]);
        if (bias)
            this.bias = Own("bias", [outputs, size.Height, size.Width], Inits.Zeros, incoming: []);
    }

    /// <summary>Channels of x.</summary>
    public int Inputs { get; }

    /// <summary>Channels of y.</summary>
    public int Outputs { get; }

    /// <summary>Rows and columns of x.</summary>
    public Extent Image { get; }

    /// <summary>The weights (outputs, inputs, window height, window width, out height, out width).</summary>
    public Parameter Weight => weight;

    /// <summary>The biases (outputs, out height, out width), or null without.</summary>
    public Parameter? Bias => bias;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        var y = x.ConnectLocally(weight, window);
        return bias is null ? y : y + bias;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"LocallyConnected2D({Inputs} -> {Outputs}, {Image.Height} x {Image.Width}, {window}{(bias is null ? ", no bias" : "")})";
}
