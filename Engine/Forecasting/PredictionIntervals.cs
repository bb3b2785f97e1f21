namespace GpuNN;

/// <summary>
/// Intervals that the future lies in with a given probability, from the errors that forecasts of the past had at each step ahead:
/// [f(k) + q_(1 - level) / 2, f(k) + q_(1 + level) / 2], q being quantiles of actual - forecast at step k. With n errors the quantile p is the one
/// of rank p (n + 1), between two of them by a straight line, so that the level is kept where the future is like the past; beyond the
/// least and the greatest it is that one, so that a level needs n >= 2 / (1 - level) - 1 of them: 9 for 80 %, 39 for 95 %.
/// Source: Weibull (1939) for the ranks; Vovk, Gammerman and Shafer (2005), "Algorithmic learning in a random world", for why it holds.
/// </summary>
public sealed class PredictionIntervals
{
    private readonly double[][] sorted;
    private readonly bool relative;

    private PredictionIntervals(IReadOnlyList<BacktestForecast> forecasts, bool relative)
    {
        if (forecasts.Count == 0)
            throw new InvalidDataException("PredictionIntervals: needs at least one forecast whose values came, but got none.\nBegin the backtest earlier.");
        (Count, this.relative) = (forecasts.Count, relative);
        sorted = [.. Enumerable.Range(0, forecasts[0].Forecast.Length).Select(step =>
            forecasts.Select(forecast => (forecast.Actual[step] - forecast.Forecast[step]) / Unit(forecast.Forecast[step])).Order().ToArray())];
    }

    /// <summary>Forecasts that they come from.</summary>
    public int Count { get; }

    /// <summary>Intervals from all forecasts of a test.</summary>
    /// <param name="result">The test.</param>
    /// <param name="relative">Whether errors are taken as a share of the forecast: for series whose swings grow with them. The forecasts are not 0 then.</param>
    public static PredictionIntervals Of(BacktestResult result, bool relative = false) => new(result.Forecasts, relative);

    /// <summary>Intervals from the forecasts of a test whose every value had come when so many were known.</summary>
    /// <param name="result">The test.</param>
    /// <param name="known">Values that are known.</param>
    /// <param name="relative">As for <see cref="Of"/>.</param>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static PredictionIntervals Before(BacktestResult result, int known, bool relative = false) =>
        new([.. result.Forecasts.Where(forecast => forecast.Known + forecast.Actual.Length <= known)], relative);

    /// <summary>The intervals around a forecast, step by step.</summary>
    /// <param name="forecast">The forecast, of at most as many steps as those they come from.</param>
    /// <param name="level">The probability, between 0 and 1.</param>
    public (double[] Lower, double[] Upper) Around(ReadOnlySpan<double> forecast, double level)
    {
        if (!(level > 0 && level < 1))
            throw new ArgumentOutOfRangeException(nameof(level), $"PredictionIntervals: needs a level between 0 and 1, but got {level}.\nUse 0.95 for 95 %.");
        if (forecast.Length > sorted.Length)
            throw new ArgumentException($"PredictionIntervals: knows the errors of {sorted.Length} steps, but the forecast has {forecast.Length}.\nTest with as long a horizon.", nameof(forecast));
        var (lower, upper) = (new double[forecast.Length], new double[forecast.Length]);
        for (var step = 0; step < forecast.Length; step++)
        {
            var unit = Unit(forecast[step]);
            lower[step] = forecast[step] + unit * Quantile(sorted[step], (1 - level) / 2);
            upper[step] = forecast[step] + unit * Quantile(sorted[step], (1 + level) / 2);
        }
        return (lower, upper);
    }

    private double Unit(double forecast) => !relative ? 1 : forecast != 0 ? Math.Abs(forecast) : throw new InvalidDataException(
        "PredictionIntervals: relative errors need forecasts other than 0, but one is 0.\nUse relative: false.");

    private static double Quantile(double[] sorted, double part)
    {
        var rank = Math.Clamp(part * (sorted.Length + 1), 1, sorted.Length) - 1;
        var below = (int)rank;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }
}
