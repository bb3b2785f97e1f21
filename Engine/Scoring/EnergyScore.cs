namespace GpuNN;

/// <summary>
/// The free energy of a classifier's logits z: -T log sum_c exp(z_c / T). Unlike a softmax it sees whether all logits are small, not
/// only whether one stands out. Units: nats.
/// Source: Liu, Wang, Owens and Li (2020), "Energy-based out-of-distribution detection".
/// </summary>
public sealed record EnergyScore : NoveltyScore
{
    /// <summary>The temperature T, above 0.</summary>
    public float Temperature
    {
        get;
        init => field = value > 0 && float.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(
            nameof(value), $"EnergyScore: the temperature must be a finite number above 0, but is {value}.\nTry 1.");
    } = 1;

    /// <inheritdoc/>
    public override Tensor Of(Layer model, Tensor input) => LogSumExp(model.Apply(input) / Temperature) * -Temperature;
}
