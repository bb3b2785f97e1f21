namespace GpuNN;

/// <summary>
/// Parametric rectifier: y = x where x > 0, else a[c] x, with slopes that are learned: one for all numbers, or one a channel.
/// da[c] = sum over batch and pixels of dy min(x, 0). Weight decay leaves them alone, as it does everything of one axis.
/// Shapes: x, y (batch, channels) or (batch, channels, height, width), a (channels); with one slope any shape.
/// Source: He, Zhang, Ren and Sun (2015), "Delving deep into rectifiers".
/// </summary>
public sealed class PRelu : Layer, IKeepsShape
{
    private readonly Parameter slope;

    /// <summary>A parametric rectifier.</summary>
    /// <param name="channels">Channels of an image or units of a dense layer, a slope each; 1 for one slope for all.</param>
    /// <param name="start">The slopes before training.</param>
    public PRelu(int channels = 1, float start = 0.25f)
    {
        if (channels < 1)
            throw new ArgumentOutOfRangeException(nameof(channels), $"PRelu: needs at least one slope, but got {channels}.\nPass the channels of the layer before it, or 1 to share one slope.");
        if (!float.IsFinite(start))
            throw new ArgumentOutOfRangeException(nameof(start), $"PRelu: the slope must be a finite number, but is {start}.\nTry 0.25.");
        Channels = channels;
        slope = Own("slope", [channels], Inits.Constant(start));
    }

    /// <summary>How many slopes there are.</summary>
    public int Channels { get; }

    /// <summary>The slopes below 0 (channels).</summary>
    public Parameter Slope => slope;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (Channels == 1)
            return x.LeakyRelu(slope);
        if (x.Shape.Rank < 2 || x.Shape[1] != Channels)
            throw new ShapeException($"PRelu: needs (batch, {Channels}, ...), but got {x.Shape}.\nMake the number of slopes that of the channels before it, or 1.\nIn {Path} > {this}, while recording the forward pass.");
        return x.LeakyRelu(x.Shape.Rank == 2 ? slope : slope.Reshape(Shape.Of([Channels, .. Enumerable.Repeat(1, x.Shape.Rank - 2)])));
    }

    /// <inheritdoc/>
    public override string ToString() => Channels == 1 ? "PRelu" : $"PRelu({Channels})";
}
