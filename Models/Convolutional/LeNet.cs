namespace GpuNN;

/// <summary>
/// Convolutional network for small images: twice a convolution of 5 x 5, ReLU and a maximum of 2 x 2, then two dense layers.
/// Shapes: x (batch, channels, size, size), returns logits (batch, classes).
/// Source: LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to document recognition", with the ReLU,
/// maxima and widths of later years.
/// Learns by: back-propagation. Recipe: lenet.
/// </summary>
public sealed class LeNet : Layer
{
    private const int Window = 5;
    private readonly Sequential layers;
    private readonly Conv2D first;

    /// <summary>A network.</summary>
    /// <param name="channels">Channels of the images.</param>
    /// <param name="size">Rows and columns of the images, at least 4.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="maps">Channels of the first convolution; the second has twice as many.</param>
    /// <param name="hidden">Units of the hidden dense layer.</param>
    /// <param name="dropout">The share of the hidden units that is dropped in training.</param>
    public LeNet(int channels = 1, int size = 28, int classes = 10, int maps = 32, int hidden = 1024, float dropout = 0)
    {
        if (size < 4)
            throw new ArgumentOutOfRangeException(nameof(size), $"LeNet: needs images of 4 x 4 pixels or more, but got {size}.\nTwo maxima of 2 x 2 would leave nothing of smaller ones.");
        first = new Conv2D(channels, maps, Window, Padding.Same);
        layers = Use("layers", new Sequential(
            first, new Relu(), new MaxPool2D(2),
            new Conv2D(maps, 2 * maps, Window, Padding.Same), new Relu(), new MaxPool2D(2),
            new Flatten(), new Dense(size / 4 * (size / 4) * 2 * maps, hidden), new Relu(), new Dropout(dropout),
            new Dense(hidden, classes)));
    }

    /// <summary>The first convolution, whose weights are filters that can be looked at.</summary>
    public Conv2D First => first;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => layers.Apply(x);
}
