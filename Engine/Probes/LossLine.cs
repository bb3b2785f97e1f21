namespace GpuNN;

/// <summary>A loss along a line of weights.</summary>
/// <param name="At">Places t: 0 is the one end, 1 the other.</param>
/// <param name="Losses">The loss at each of them.</param>
public sealed record LossLine(IReadOnlyList<double> At, IReadOnlyList<double> Losses)
{
    /// <summary>
    /// How far the loss rises above the straight line between its two ends, at most: above 0 it is not convex.
    /// Source: Frankle, Dziugaite, Roy and Carbin (2020), "Linear mode connectivity and the lottery ticket hypothesis".
    /// </summary>
    public double Barrier
    {
        get
        {
            var (first, last, span) = (Losses[0], Losses[^1], At[^1] - At[0]);
            return At.Zip(Losses).Max(point => point.Second - first - (last - first) * (point.First - At[0]) / span);
        }
    }
}
