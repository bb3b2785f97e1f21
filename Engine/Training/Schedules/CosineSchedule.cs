namespace GpuNN;

/// <summary>
/// Half a cosine down: factor = floor + (1 - floor) (1 + cos(pi time / length)) / 2 until the length is over, then the floor.
/// Source: Loshchilov and Hutter (2017), without restarts.
/// </summary>
/// <param name="length">Epochs or steps until the floor is reached.</param>
/// <param name="floor">The factor in the end, in [0, 1].</param>
public sealed class CosineSchedule(long length, double floor = 0) : Schedule
{
    private readonly long length = Span(length, nameof(length), nameof(CosineSchedule));
    private readonly double floor = Share(floor, nameof(floor), nameof(CosineSchedule));

    /// <inheritdoc/>
    public override double Factor(long time) => time >= length ? floor : floor + (1 - floor) * (1 + Math.Cos(Math.PI * time / length)) / 2;
}
