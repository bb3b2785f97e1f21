namespace GpuNN;

/// <summary>
/// Leaky rectifier: y = x where x > 0, else a x with a fixed slope a; at 0 the slope is a. Shapes: y as x.
/// Source: Maas, Hannun and Ng (2013), "Rectifier nonlinearities improve neural network acoustic models".
/// </summary>
public sealed class LeakyRelu : Layer, IKeepsShape
{
    /// <summary>A leaky rectifier.</summary>
    /// <param name="alpha">The slope a below 0; it may be above 1 or negative.</param>
    public LeakyRelu(float alpha = 0.01f) => Alpha = float.IsFinite(alpha) ? alpha : throw new ArgumentOutOfRangeException(
        nameof(alpha), $"LeakyRelu: the slope must be a finite number, but is {alpha}.\nTry 0.01.");

    /// <summary>The slope below 0.</summary>
    public float Alpha { get; }

    // Without a slope, minus infinity times 0 would be NaN.
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Alpha == 0 ? x.Relu() : x.LeakyRelu(Alpha);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"LeakyRelu({Alpha})");
}
