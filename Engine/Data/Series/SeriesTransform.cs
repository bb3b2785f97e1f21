namespace GpuNN;

/// <summary>
/// Changes a series into one that is easier to forecast, and forecasts of it back. What it must know it learns from a training part alone.
/// </summary>
public abstract class SeriesTransform
{
    /// <summary>Values that the changed series lacks at its start.</summary>
    public virtual int Lost => 0;

    /// <summary>x(t) - x(t - lag): of lag 1 it takes a trend away, of a season's length the season.</summary>
    public static SeriesTransform Difference(int lag = 1) => new SeriesDifference(lag);

    /// <summary>log x(t), for positive series whose swings grow with them.</summary>
    public static SeriesTransform Log() => new SeriesLogarithm();

    /// <summary>(x(t) - mean) / deviation of the training part.</summary>
    public static SeriesTransform Standard() => new SeriesStandard();

    /// <summary>One after the other; none leaves the series as it is.</summary>
    public static SeriesTransform Chain(params IReadOnlyList<SeriesTransform> parts) => new SeriesChain(parts);

    /// <summary>Learns from a training part. What was learned before is forgotten.</summary>
    public virtual void Fit(ReadOnlySpan<double> train)
    {
    }

    /// <summary>The changed series, shorter by <see cref="Lost"/>.</summary>
    /// <exception cref="InvalidDataException">The series cannot be changed so.</exception>
    /// <exception cref="InvalidOperationException">There was something to learn and it was not.</exception>
    public abstract double[] Forward(ReadOnlySpan<double> series);

    /// <summary>A forecast of the changed series as one of the series itself.</summary>
    /// <param name="history">The series itself, up to where the forecast begins.</param>
    /// <param name="forecast">What comes next in the changed series.</param>
    public abstract double[] Inverse(ReadOnlySpan<double> history, ReadOnlySpan<double> forecast);
}
