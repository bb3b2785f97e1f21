namespace GpuNN;

/// <summary>
/// Moves the weights of a head to neighbouring slots, and from the last slot on to the first: w[n] = sum over the shifts s = -reach .. reach
/// of share[s] weights[n - s, modulo slots].
/// Shapes: weights and w (batch, heads, slots), shares (batch, heads, 2 reach + 1), the most negative shift first.
/// Units: the shares of a head sum to 1, so its weights still do.
/// Source: Graves, Wayne and Danihelka (2014), "Neural Turing machines", equation 8.
/// </summary>
public static class CircularShift
{
    /// <summary>The weights after the shift.</summary>
    /// <param name="weights">Those before.</param>
    /// <param name="shares">How much goes which way.</param>
    public static Tensor Of(Tensor weights, Tensor shares)
    {
        if (shares.Shape.Rank != 3 || shares.Shape[2] % 2 == 0)
            throw new ShapeException($"CircularShift: needs shares (batch, heads, 2 reach + 1), one for each shift from -reach to reach, but got {shares.Shape}.\nAs many shifts go back as go forward, and one stays.");
        var reach = shares.Shape[2] / 2;
        return Enumerable.Range(-reach, 2 * reach + 1)
            .Select(shift => shares.Slice(2, shift + reach, 1) * Turned(weights, shift))
            .Aggregate((sum, next) => sum + next);
    }

    /// <summary>y[n] = x[n - shift, modulo slots].</summary>
    private static Tensor Turned(Tensor x, int shift)
    {
        var slots = x.Shape[2];
        var behind = (shift % slots + slots) % slots;
        return behind == 0 ? x : Slicing.Concatenate(2, x.Slice(2, slots - behind, behind), x.Slice(2, 0, slots - behind));
    }
}
