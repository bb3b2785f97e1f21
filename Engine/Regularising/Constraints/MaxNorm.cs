namespace GpuNN;

/// <summary>
/// Max-norm: the weights that come into a unit are scaled back to the norm c where theirs is greater: w = w c / max(||w||, c). A
/// smaller norm is left as it is, bit for bit. Made for dropout with high learning rates.
/// Shapes: of a dense layer's weights (inputs, outputs) the norm is that of a column, of a convolution's (outputs, ...) that of a filter.
/// Source: Srebro and Shraibman (2005); Srivastava et al. (2014), "Dropout".
/// </summary>
public sealed class MaxNorm : Constraint
{
    /// <summary>A limit of the norm.</summary>
    /// <param name="limit">The greatest norm c, above 0; 2 to 4 with dropout.</param>
    public MaxNorm(float limit) => Limit = limit > 0 && float.IsFinite(limit) ? limit : throw new ArgumentOutOfRangeException(
        nameof(limit), $"MaxNorm: the limit must be a finite number above 0, but is {limit}.\nTry 3.");

    /// <summary>The greatest norm.</summary>
    public float Limit { get; }

    /// <summary>The axes over which a norm is taken; null takes the first of one or two axes, and all but the first of more.</summary>
    public IReadOnlyList<int>? Axes { get; init; }

    /// <inheritdoc/>
    public override Tensor Of(Parameter parameter, Tensor value, Tensor rate)
    {
        var axes = Axes ?? (value.Shape.Rank <= 2 ? [0] : [.. Enumerable.Range(1, value.Shape.Rank - 1)]);
        var norm = value.Square().Sum([.. axes], keepAxis: true).Sqrt();
        return value * (Limit / norm.Maximum(Limit));
    }
}
