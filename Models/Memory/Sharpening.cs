namespace GpuNN;

/// <summary>
/// Undoes the blur of a shift: w[n] = weights[n]^gamma / sum over m of weights[m]^gamma, computed as the softmax of gamma log weights, relative
/// to the greatest weight, so that small weights and a large gamma do not make it 0 / 0.
/// Shapes: weights and w (batch, heads, slots), gamma (batch, heads, 1).
/// Units: gamma 1 or more, where 1 changes nothing; each row of w sums to 1.
/// Source: Graves, Wayne and Danihelka (2014), "Neural Turing machines", equation 9.
/// </summary>
public static class Sharpening
{
    // The logarithm and its slope stay finite at a weight of 0.
    private const float Least = 1e-30f;

    /// <summary>The sharper weights.</summary>
    /// <param name="weights">Those before, 0 or more.</param>
    /// <param name="gamma">The exponent.</param>
    public static Tensor Of(Tensor weights, Tensor gamma) => gamma is Constant { Value: var value } && !(value >= 1)
        ? throw new ArgumentOutOfRangeException(nameof(gamma), $"Sharpening: needs an exponent of 1 or more, but got {gamma}.\nLess than 1 would blur; compute it as 1 + softplus(z).")
        : (gamma * weights.Maximum(Least).Log()).Softmax();
}
