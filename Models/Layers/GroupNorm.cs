namespace GpuNN;

/// <summary>
/// Group normalisation: y = g (x - mean) / sqrt(variance + epsilon) + b, with mean and variance of each group of neighbouring
/// channels of each item; the same in training and in use. One group is layer normalisation with a gain a channel, as
/// many groups as channels are instance normalisation.
/// Shapes: x, y (batch, channels, ...), g, b (channels).
/// Source: Wu and He (2018), "Group normalization".
/// </summary>
public sealed class GroupNorm : Layer, IKeepsShape
{
    private readonly Parameter gain;
    private readonly Parameter bias;

    /// <summary>Group normalisation.</summary>
    /// <param name="groups">Groups; they divide the channels.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="epsilon">Added to the variance, 0 or more; with 0 a constant group gives b.</param>
    public GroupNorm(int groups, int channels, float epsilon = 1e-5f)
    {
        if (groups < 1 || channels < 1 || channels % groups != 0)
            throw new ArgumentOutOfRangeException(nameof(groups), $"GroupNorm: needs groups that divide the channels, but got {groups} groups and {channels} channels.\nPass a divisor of the channels.");
        if (!(epsilon >= 0 && float.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"GroupNorm: epsilon must be 0 or more, but is {epsilon}.\nTry 1e-5.");
        (Groups, Channels, Epsilon) = (groups, channels, epsilon);
        gain = Own("gain", [channels], Inits.Ones);
        bias = Own("bias", [channels], Inits.Zeros);
    }

    /// <summary>Groups.</summary>
    public int Groups { get; }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; }

    /// <summary>g (channels).</summary>
    public Parameter Gain => gain;

    /// <summary>b (channels).</summary>
    public Parameter Bias => bias;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Shape.Rank >= 2 && x.Shape[1] == Channels
        ? x.NormaliseGroups(Groups, gain, bias, Epsilon)
        : throw new ShapeException($"GroupNorm: needs items of {Channels} channels, but got {x.Shape}.\nGive it as many channels as the layer before it makes.\nIn {Path} > {this}, while recording the forward pass.");

    /// <inheritdoc/>
    public override string ToString() => $"GroupNorm({Groups} of {Channels})";
}
