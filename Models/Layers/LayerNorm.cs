namespace GpuNN;

/// <summary>
/// Layer normalisation: y = g (x - mean) / sqrt(variance + epsilon) + b, with mean and variance of each item; the same in
/// training and in use.
/// Shapes: x, y (..., shape), g, b (shape): the last axes are normalised.
/// Source: Ba, Kiros and Hinton (2016), "Layer normalization".
/// </summary>
public sealed class LayerNorm : Layer, IKeepsShape
{
    private readonly Parameter gain;
    private readonly Parameter bias;

    /// <summary>Layer normalisation.</summary>
    /// <param name="shape">The last axes, over which is normalised: one number for the last axis alone.</param>
    /// <param name="epsilon">Added to the variance, 0 or more; with 0 a constant item gives b.</param>
    public LayerNorm(Shape shape, float epsilon = 1e-5f)
    {
        if (shape.Rank == 0 || shape.Elements == 0)
            throw new ArgumentOutOfRangeException(nameof(shape), $"LayerNorm: needs at least one number to normalise, but got {shape}.\nPass the shape of an item, or its last axis.");
        if (!(epsilon >= 0 && float.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"LayerNorm: epsilon must be 0 or more, but is {epsilon}.\nTry 1e-5.");
        (NormalisedShape, Epsilon) = (shape, epsilon);
        gain = Own("gain", shape, Inits.Ones, incoming: []);
        bias = Own("bias", shape, Inits.Zeros, incoming: []);
    }

    /// <summary>Layer normalisation over the last axis.</summary>
    /// <param name="features">Its size.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public LayerNorm(int features, float epsilon = 1e-5f) : this([Math.Max(0, features)], epsilon) { }

    /// <summary>The axes over which is normalised.</summary>
    public Shape NormalisedShape { get; }

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; }

    /// <summary>g.</summary>
    public Parameter Gain => gain;

    /// <summary>b.</summary>
    public Parameter Bias => bias;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Shape.Rank >= NormalisedShape.Rank && x.Shape.Skip(x.Shape.Rank - NormalisedShape.Rank) == NormalisedShape
        ? x.NormaliseLast(gain, bias, Epsilon)
        : throw new ShapeException($"LayerNorm: needs items that end in {NormalisedShape}, but got {x.Shape}.\nGive it the shape that the layer before it makes.\nIn {Path} > {this}, while recording the forward pass.");

    /// <inheritdoc/>
    public override string ToString() => $"LayerNorm{NormalisedShape}";
}
