namespace GpuNN;

/// <summary>
/// Mean of each channel's image: y[c] = sum over i, j of x[c, i, j] / (height width), so that images of any size give as many numbers.
/// Shapes: x (batch, channels, height, width), y (batch, channels).
/// Source: Lin, Chen and Yan (2014), "Network in network".
/// </summary>
public sealed class GlobalAveragePool : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.GlobalAveragePool();
}
