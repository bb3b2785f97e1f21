namespace GpuNN;

/// <summary>
/// Max-norm: the weights that come into a unit are scaled back to the norm c where theirs is greater: w = w c / max(||w||, c). A
/// smaller norm is left as it is, bit for bit. Made for dropout with high learning rates.
/// Shapes: the norm is over <see cref="Parameter.Incoming"/>: of a dense layer's weights (inputs, outputs) that of a column, of a
/// convolution's (outputs, ...) that of a filter.
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

    /// <summary>The axes over which a norm is taken; null takes those that come into a unit, as the parameter's layer tells.</summary>
    public IReadOnlyList<int>? Axes { get; init; }

    /// <inheritdoc/>
    public override Tensor Of(Parameter parameter, Tensor value, Tensor rate)
    {
        var axes = Axes ?? parameter.Incoming;
        if (axes is not { Count: > 0 })
            throw new ArgumentException($"MaxNorm: needs to know which axes of '{parameter.Path}' {parameter.Shape} come into one unit, but {(axes is null ? "the weights of a unit do not fill whole axes" : "it is no weight")}.\nSet Axes, or choose other parameters by On.");
        var norm = value.Square().Sum([.. axes], keepAxis: true).Sqrt();
        return value * (Limit / norm.Maximum(Limit));
    }
}
