namespace GpuNN;

/// <summary>
/// Greatest number of each channel's image: y[c] = max over i, j of x[c, i, j]. The gradient goes to the first of equals.
/// Shapes: x (batch, channels, height, width), y (batch, channels).
/// </summary>
public sealed class GlobalMaxPool : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.GlobalMaxPool();
}
