namespace GpuNN;

/// <summary>
/// Maximum of a window that slides over each channel; see <see cref="Operations.MaxPool"/> for the formula. Padding never wins.
/// Shapes: x (batch, channels, height, width), y (batch, channels, out height, out width), where <see cref="Padding"/> says how many
/// outputs there are. It has no parameters.
/// Source: Riesenhuber and Poggio (1999), "Hierarchical models of object recognition in cortex".
/// </summary>
public sealed class MaxPool2D : Layer
{
    private readonly Window window;

    /// <summary>A pooling by the maximum.</summary>
    /// <param name="size">Rows and columns of the window.</param>
    /// <param name="stride">Pixels from one output to the next; the size if null, so that windows lie side by side.</param>
    /// <param name="padding">What lies around the image; nothing if null.</param>
    public MaxPool2D(Extent size, Extent? stride = null, Padding? padding = null) => window = new Window(size, stride ?? size, padding);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.MaxPool(window);

    /// <inheritdoc/>
    public override string ToString() => $"MaxPool2D({window})";
}
