namespace GpuNN;

/// <summary>
/// Rises in a line to the full rate, then follows another schedule: factor = (time + 1) / length while time is below the length, then
/// that of the other schedule, whose time begins there. Both count by this one's clock. Source: Goyal et al. (2017).
/// </summary>
/// <param name="length">Epochs or steps of the rise.</param>
/// <param name="then">What follows; the full rate if null.</param>
public sealed class WarmUp(long length, Schedule? then = null) : Schedule
{
    private readonly long length = Span(length, nameof(length), nameof(WarmUp));
    private readonly Schedule then = then ?? new ConstantSchedule();

    /// <inheritdoc/>
    public override double Factor(long time) => time < length ? (time + 1.0) / length : then.Factor(time - length);

    /// <inheritdoc/>
    public override void Observe(double loss) => then.Observe(loss);

    /// <inheritdoc/>
    public override void Save(SavedState state) => then.Save(state);

    /// <inheritdoc/>
    public override void Load(SavedState state) => then.Load(state);
}
