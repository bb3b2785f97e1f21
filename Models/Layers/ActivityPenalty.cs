namespace GpuNN;

/// <summary>
/// Passes activations on and, in training, adds their mean absolute sum to what is minimised, so that few of them are not 0:
/// y = x, penalty = rate / m sum |x| over a batch of m. See <see cref="Graph.Penalise"/>.
/// Shapes: y as x. Source: Olshausen and Field (1996); for rectifiers Glorot, Bordes and Bengio (2011), "Deep sparse rectifier neural networks".
/// </summary>
public sealed class ActivityPenalty : Layer, IKeepsShape
{
    /// <summary>A price for activity.</summary>
    /// <param name="rate">The price of an activation of 1 in one sample, 0 or more.</param>
    public ActivityPenalty(float rate) => Rate = rate >= 0 && float.IsFinite(rate) ? rate : throw new ArgumentOutOfRangeException(
        nameof(rate), $"ActivityPenalty: the rate must be 0 or more, but is {rate}.\nTry 1e-3.");

    /// <summary>The price of an activation of 1 in one sample.</summary>
    public float Rate { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (Rate > 0)
            Graph.Current.Penalise(x.Abs().Sum() * (Rate / Math.Max(1, x.Shape[0])));
        return x;
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"ActivityPenalty({Rate})");
}
