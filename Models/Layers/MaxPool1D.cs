namespace GpuNN;

/// <summary>
/// Maximum of a window that slides along each channel of a sequence: y[c, i] = max over u of x[c, i stride + u - before].
/// Shapes: x (batch, channels, length), y (batch, channels, out length).
/// </summary>
public sealed class MaxPool1D : Layer
{
    private readonly Window window;

    /// <summary>A pooling by the maximum.</summary>
    /// <param name="size">Places of the window.</param>
    /// <param name="stride">Places from one output to the next; the size if null, so that windows lie side by side.</param>
    /// <param name="padding">What lies before and behind the sequence (of an explicit one the left and right sides); nothing if null.</param>
    public MaxPool1D(int size, int? stride = null, Padding? padding = null) => window = Sequences.Window(size, stride ?? size, padding);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Sequences.AsImages("MaxPool1D", x, images => images.MaxPool(window));

    /// <inheritdoc/>
    public override string ToString() => $"MaxPool1D({window})";
}
