namespace GpuNN;

/// <summary>
/// Chooses between what the content says and where a head was: w = gate content + (1 - gate) last.
/// Shapes: gate (batch, heads, 1), content, last and w (batch, heads, slots). Units: gate in [0, 1].
/// Source: Graves, Wayne and Danihelka (2014), "Neural Turing machines", equation 7.
/// </summary>
public static class Interpolation
{
    /// <summary>The weights between.</summary>
    /// <param name="content">Weights by content.</param>
    /// <param name="last">Weights of the step before.</param>
    /// <param name="gate">The share of the content.</param>
    public static Tensor Between(Tensor content, Tensor last, Tensor gate) => last + gate * (content - last);
}
