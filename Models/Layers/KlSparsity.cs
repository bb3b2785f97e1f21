namespace GpuNN;

/// <summary>
/// Passes activations on and, in training, asks each unit to be active a share r of the time:
/// y = x, penalty = weight sum_j (r log(r / q_j) + (1 - r) log((1 - r) / (1 - q_j))), with q_j the mean of unit j over the batch.
/// Its gradient by an activation is weight (-r / q_j + (1 - r) / (1 - q_j)) / m. Closer than 1e-6 to 0 or 1, and beyond, the penalty
/// goes on along its tangent, so that a unit that is never or always active costs a finite price and is pushed back.
/// Shapes: x, y (batch, units...), activations between 0 and 1 as of a sigmoid. Units: the penalty is in nats.
/// Source: Ng (2011), "Sparse autoencoder", lecture notes.
/// </summary>
public sealed class KlSparsity : Layer, IKeepsShape
{
    private const float Edge = 1e-6f;

    /// <summary>A wish for sparse activity.</summary>
    /// <param name="share">The wished mean activation r of each unit, between 0 and 1.</param>
    /// <param name="weight">How much a nat counts, 0 or more.</param>
    public KlSparsity(float share = 0.05f, float weight = 1)
    {
        if (!(share > 0 && share < 1))
            throw new ArgumentOutOfRangeException(nameof(share), $"KlSparsity: the share must lie between 0 and 1, but is {share}.\nTry 0.05.");
        if (!(weight >= 0 && float.IsFinite(weight)))
            throw new ArgumentOutOfRangeException(nameof(weight), $"KlSparsity: the weight must be 0 or more, but is {weight}.\nTry 1.");
        (TargetShare, Weight) = (share, weight);
    }

    /// <summary>The wished mean activation of each unit.</summary>
    public float TargetShare { get; }

    /// <summary>How much a nat counts.</summary>
    public float Weight { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (Weight > 0)
            Graph.Current.Penalise(Weight * Divergence(x.Mean(axis: 0)).Sum());
        return x;
    }

    private Tensor Divergence(Tensor active)
    {
        var inside = active.Clamp(Edge, 1 - Edge);
        var entropy = TargetShare * MathF.Log(TargetShare) + (1 - TargetShare) * MathF.Log(1 - TargetShare);
        var divergence = entropy - TargetShare * inside.Log() - (1 - TargetShare) * (1f - inside).Log();
        var slope = (1 - TargetShare) / (1f - inside) - TargetShare / inside;
        return divergence + slope * (active - inside);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"KlSparsity({TargetShare}, weight {Weight})");
}
