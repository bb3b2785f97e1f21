namespace GpuNN;

/// <summary>
/// Sub-sampling with two learned numbers a channel: y[c, i, j] = f(w[c] s + b[c]), where s is the sum of x[c] over the window of (i, j).
/// Shapes: x (batch, channels, height, width), w, b (channels), y (batch, channels, out height, out width).
/// Source: LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to document recognition".
/// </summary>
public sealed class Subsample2D : Layer
{
    private readonly Window window;
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Layer activation;

    /// <summary>A sub-sampling.</summary>
    /// <param name="channels">Channels of x.</param>
    /// <param name="size">Rows and columns of the window.</param>
    /// <param name="stride">Pixels from one output to the next; the size if null, so that windows lie side by side.</param>
    /// <param name="padding">What lies around the image, counted as zeros; nothing if null.</param>
    /// <param name="activation">The function f; <see cref="Tanh"/> if null, as in the source.</param>
    public Subsample2D(int channels, Extent size, Extent? stride = null, Padding? padding = null, Layer? activation = null)
    {
        GpuNN.Channels.Check("Subsample2D", channels, channels, groups: 1);
        Channels = channels;
        window = new Window(size, stride ?? size, padding);
        // It begins as the mean, so that f sees numbers of the size of x.
        weight = Own("weight", [channels], Inits.Constant(1f / (size.Height * size.Width)));
        bias = Own("bias", [channels], Inits.Zeros);
        this.activation = Use("activation", activation ?? new Tanh());
    }

    /// <summary>Channels of x and y.</summary>
    public int Channels { get; }

    /// <summary>The factors of the sums (channels).</summary>
    public Parameter Weight => weight;

    /// <summary>The biases (channels).</summary>
    public Parameter Bias => bias;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (x.Shape.Rank != 4 || x.Shape[1] != Channels)
            throw new ShapeException($"Subsample2D: needs images (batch, {Channels}, height, width), but got {x.Shape}.\nMake the number of channels that of the layer before it.");
        // The sum is the mean times the number of places, which goes to the factor: it is the smaller tensor.
        var factor = weight * (float)(window.Size.Height * window.Size.Width);
        return activation.Apply(x.AveragePool(window, countPadding: true) * factor.Reshape([Channels, 1, 1]) + bias.Reshape([Channels, 1, 1]));
    }

    /// <inheritdoc/>
    public override string ToString() => $"Subsample2D({Channels}, {window})";
}
