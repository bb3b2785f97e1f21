namespace GpuNN;

/// <summary>
/// Dropout: in training y = mask x / (1 - rate), where each element of the mask is 1 with the probability 1 - rate, else 0;
/// otherwise y = x. So the mean of y is x in both.
/// Shapes: y as x. Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), in the "inverted" form.
/// </summary>
public sealed class Dropout : Layer, IKeepsShape
{
    /// <summary>Dropout.</summary>
    /// <param name="rate">The chance that a number is set to 0, in [0, 1).</param>
    public Dropout(float rate = 0.5f) => Rate = rate >= 0 && rate < 1 ? rate : throw new ArgumentOutOfRangeException(
        nameof(rate), $"Dropout: the rate must lie in [0, 1), but is {rate}.\nPass the share that is dropped, such as 0.5; 1 would leave nothing.");

    /// <summary>The chance that a number is set to 0.</summary>
    public float Rate { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Rate == 0 || !Graph.Current.Training
        ? x
        : x * Graph.Current.Mask(x.Shape, 1 - Rate, 1 / (1 - Rate));

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"Dropout({Rate})");
}
