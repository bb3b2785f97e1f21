namespace GpuNN;

/// <summary>
/// Residual network for small images: a convolution, three stages of blocks with 16, 32 and 64 channels (times a width), the mean
/// over each image, a dense head. A block is relu(F(x) + shortcut(x)) with F = convolution, batch normalisation, ReLU, convolution,
/// batch normalisation; the first block of the second and third stage halves the image, and its shortcut is a convolution of 1 x 1
/// with batch normalisation. With n blocks a stage it has 6 n + 2 layers: 3 give the ResNet-20 of the paper.
/// Shapes: x (batch, channels, height, width), returns logits (batch, classes).
/// Source: He, Zhang, Ren and Sun (2016), "Deep residual learning for image recognition", section 4.2, option B.
/// Learns by: back-propagation.
/// </summary>
public sealed class ResidualNetwork : Layer
{
    private const int FirstWidth = 16;
    private const int Stages = 3;

    private readonly Sequential layers;

    /// <summary>A network.</summary>
    /// <param name="channels">Channels of the images.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="blocks">Blocks of a stage.</param>
    /// <param name="width">Channels of the first stage.</param>
    public ResidualNetwork(int channels = 3, int classes = 10, int blocks = 3, int width = FirstWidth)
    {
        if (blocks < 1)
            throw new ArgumentOutOfRangeException(nameof(blocks), $"ResidualNetwork: needs at least one block a stage, but got {blocks}.\nUse 3 for 20 layers, 9 for 56.");
        Layer[] stem = [Convolution(channels, width), new BatchNorm(width), new Relu()];
        var stages = Enumerable.Range(0, Stages).SelectMany(stage => Enumerable.Range(0, blocks).Select(block =>
            Block(width << Math.Max(0, block == 0 ? stage - 1 : stage), width << stage)));
        layers = Use("layers", new Sequential([.. stem, .. stages, new GlobalAveragePool(), new Dense(width << (Stages - 1), classes)]));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => layers.Apply(x);

    private static Conv2D Convolution(int inputs, int outputs, int kernel = 3, int stride = 1) =>
        new(inputs, outputs, kernel, kernel / 2, stride, bias: false, init: Inits.HeNormal);

    private static Residual Block(int inputs, int outputs)
    {
        var stride = outputs / inputs;
        return new Residual(
            new Sequential(Convolution(inputs, outputs, stride: stride), new BatchNorm(outputs), new Relu(), Convolution(outputs, outputs), new BatchNorm(outputs)),
            inputs == outputs ? null : new Sequential(Convolution(inputs, outputs, kernel: 1, stride), new BatchNorm(outputs)),
            new Relu());
    }
}
