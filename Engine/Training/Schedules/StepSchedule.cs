namespace GpuNN;

/// <summary>Falls by a factor every so often: factor = decay^floor(time / every).</summary>
/// <param name="every">Epochs or steps between two falls.</param>
/// <param name="decay">What each fall multiplies by, in [0, 1].</param>
public sealed class StepSchedule(long every, double decay = 0.1) : Schedule
{
    private readonly long every = Span(every, nameof(every), nameof(StepSchedule));
    private readonly double decay = Share(decay, nameof(decay), nameof(StepSchedule));

    /// <inheritdoc/>
    public override double Factor(long time) => Math.Pow(decay, time / every);
}
