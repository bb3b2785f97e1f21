namespace GpuNN;

/// <summary>The optimiser's learning rate, unchanged: the factor 1.</summary>
public sealed class ConstantSchedule : Schedule
{
    /// <inheritdoc/>
    public override double Factor(long time) => 1;
}
