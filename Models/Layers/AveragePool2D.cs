namespace GpuNN;

/// <summary>
/// Mean of a window that slides over each channel; see <see cref="Operations.AveragePool"/> for the formula.
/// Shapes: x (batch, channels, height, width), y (batch, channels, out height, out width), where <see cref="Padding"/> says how many
/// outputs there are. It has no parameters.
/// Source: LeCun et al. (1989), "Handwritten digit recognition with a back-propagation network".
/// </summary>
public sealed class AveragePool2D : Layer
{
    private readonly Window window;
    private readonly bool countPadding;

    /// <summary>A pooling by the mean.</summary>
    /// <param name="size">Rows and columns of the window.</param>
    /// <param name="stride">Pixels from one output to the next; the size if null, so that windows lie side by side.</param>
    /// <param name="padding">What lies around the image; nothing if null.</param>
    /// <param name="countPadding">Whether places in the padding count, as zeros; without, a constant image stays constant.</param>
    public AveragePool2D(Extent size, Extent? stride = null, Padding? padding = null, bool countPadding = false)
    {
        window = new Window(size, stride ?? size, padding);
        this.countPadding = countPadding;
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.AveragePool(window, countPadding);

    /// <inheritdoc/>
    public override string ToString() => $"AveragePool2D({window}{(countPadding ? ", padding counts" : "")})";
}
