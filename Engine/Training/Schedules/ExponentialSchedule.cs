namespace GpuNN;

/// <summary>Falls by the same factor each time: factor = decay^time.</summary>
/// <param name="decay">What each epoch or step multiplies by, in [0, 1].</param>
public sealed class ExponentialSchedule(double decay) : Schedule
{
    private readonly double decay = Share(decay, nameof(decay), nameof(ExponentialSchedule));

    /// <inheritdoc/>
    public override double Factor(long time) => Math.Pow(decay, time);
}
