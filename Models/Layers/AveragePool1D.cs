namespace GpuNN;

/// <summary>
/// Mean of a window that slides along each channel of a sequence: y[c, i] = sum over u of x[c, i stride + u - before] / count.
/// Shapes: x (batch, channels, length), y (batch, channels, out length).
/// </summary>
public sealed class AveragePool1D : Layer
{
    private readonly Window window;
    private readonly bool countPadding;

    /// <summary>A pooling by the mean.</summary>
    /// <param name="size">Places of the window.</param>
    /// <param name="stride">Places from one output to the next; the size if null, so that windows lie side by side.</param>
    /// <param name="padding">What lies before and behind the sequence (of an explicit one the left and right sides); nothing if null.</param>
    /// <param name="countPadding">Whether places in the padding count, as zeros.</param>
    public AveragePool1D(int size, int? stride = null, Padding? padding = null, bool countPadding = false)
    {
        window = Sequences.Window(size, stride ?? size, padding);
        this.countPadding = countPadding;
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Sequences.AsImages("AveragePool1D", x, images => images.AveragePool(window, countPadding));

    /// <inheritdoc/>
    public override string ToString() => $"AveragePool1D({window}{(countPadding ? ", padding counts" : "")})";
}
