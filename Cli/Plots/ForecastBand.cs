namespace GpuNN.Cli;

/// <summary>A forecast with the intervals around it.</summary>
/// <param name="Start">The place of its first value in the series.</param>
/// <param name="Forecast">The forecast, step by step.</param>
/// <param name="Intervals">Intervals, the widest first: their level and their ends, step by step.</param>
public sealed record ForecastBand(int Start, double[] Forecast, IReadOnlyList<(double Level, double[] Lower, double[] Upper)> Intervals)
{
    /// <summary>A forecast with its intervals of 95 % and 80 %.</summary>
    /// <param name="start">The place of its first value.</param>
    /// <param name="forecast">The forecast.</param>
    /// <param name="intervals">Makes the intervals.</param>
    public static ForecastBand Of(int start, double[] forecast, PredictionIntervals intervals) => new(start, forecast,
    [
        .. new[] { 0.95, 0.8 }.Select(level =>
        {
            var (lower, upper) = intervals.Around(forecast, level);
            return (level, lower, upper);
        }),
    ]);
}
