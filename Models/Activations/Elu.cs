namespace GpuNN;

/// <summary>
/// Exponential linear unit: y = x where x > 0, else a (exp(x) - 1); the slope at 0 is a. Shapes: y as x.
/// Source: Clevert, Unterthiner and Hochreiter (2016), "Fast and accurate deep network learning by exponential linear units".
/// </summary>
public sealed class Elu : Layer, IKeepsShape
{
    /// <summary>An exponential linear unit.</summary>
    /// <param name="alpha">a: it tends to -a far below 0. A negative one bends upwards there.</param>
    public Elu(float alpha = 1) => Alpha = float.IsFinite(alpha) ? alpha : throw new ArgumentOutOfRangeException(
        nameof(alpha), $"Elu: alpha must be a finite number, but is {alpha}.\nTry 1.");

    /// <summary>How far below 0 it goes.</summary>
    public float Alpha { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Elu(Alpha);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"Elu({Alpha})");
}
