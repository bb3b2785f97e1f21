namespace GpuNN;

/// <summary>
/// How wrong forecasts are. Where a figure divides by how much a series varies and it does not vary, the figure is 0 if the forecast is
/// exact, and infinite if not; it is never NaN.
/// </summary>
public static class ForecastErrors
{
    /// <summary>sqrt(mean (forecast - actual)^2), in the unit of the series.</summary>
    public static double Rmse(ReadOnlySpan<double> actual, ReadOnlySpan<double> forecast)
    {
        Check(actual, forecast);
        var sum = 0.0;
        for (var t = 0; t < actual.Length; t++)
            sum += (forecast[t] - actual[t]) * (forecast[t] - actual[t]);
        return Math.Sqrt(sum / actual.Length);
    }

    /// <summary>mean |forecast - actual|, in the unit of the series.</summary>
    public static double Mae(ReadOnlySpan<double> actual, ReadOnlySpan<double> forecast)
    {
        Check(actual, forecast);
        var sum = 0.0;
        for (var t = 0; t < actual.Length; t++)
            sum += Math.Abs(forecast[t] - actual[t]);
        return sum / actual.Length;
    }

    /// <summary>RMSE over the standard deviation (over n) of the actual values: 1 is as good as their mean.</summary>
    public static double Nrmse(ReadOnlySpan<double> actual, ReadOnlySpan<double> forecast)
    {
        var rmse = Rmse(actual, forecast);
        var (mean, sum) = (0.0, 0.0);
        foreach (var value in actual)
            mean += value / actual.Length;
        foreach (var value in actual)
            sum += (value - mean) * (value - mean);
        return Over(rmse, Math.Sqrt(sum / actual.Length));
    }

    /// <summary>
    /// The mean absolute error over that of the seasonal naive forecast one season ahead within the training part:
    /// mean |forecast - actual| / mean over t of |train(t) - train(t - season)|.
    /// Source: Hyndman and Koehler (2006), "Another look at measures of forecast accuracy".
    /// </summary>
    /// <param name="actual">What came.</param>
    /// <param name="forecast">What was forecast.</param>
    /// <param name="train">The training part, more than a season.</param>
    /// <param name="season">Steps in a season; 1 for none.</param>
    public static double Mase(ReadOnlySpan<double> actual, ReadOnlySpan<double> forecast, ReadOnlySpan<double> train, int season = 1)
    {
        if (season < 1 || train.Length <= season)
            throw new ArgumentException($"Mase: needs a season of 1 or more and a longer training part, but got a season of {season} and {train.Length} values.", nameof(train));
        return Over(Mae(actual, forecast), Mae(train[season..], train[..^season]));
    }

    /// <summary>
    /// mean of 200 |forecast - actual| / (|actual| + |forecast|), in percent from 0 to 200; a value of 0 that is forecast as 0 counts as 0.
    /// Source: Makridakis (1993), "Accuracy measures: theoretical and practical concerns".
    /// </summary>
    public static double Smape(ReadOnlySpan<double> actual, ReadOnlySpan<double> forecast)
    {
        Check(actual, forecast);
        var sum = 0.0;
        for (var t = 0; t < actual.Length; t++)
            if (forecast[t] != actual[t])
                sum += 200 * Math.Abs(forecast[t] - actual[t]) / (Math.Abs(actual[t]) + Math.Abs(forecast[t]));
        return sum / actual.Length;
    }

    /// <summary>The share of the actual values that lie within their intervals, ends included.</summary>
    public static double Coverage(ReadOnlySpan<double> actual, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        Check(actual, lower);
        Check(actual, upper);
        var inside = 0;
        for (var t = 0; t < actual.Length; t++)
            if (actual[t] >= lower[t] && actual[t] <= upper[t])
                inside++;
        return (double)inside / actual.Length;
    }

    private static double Over(double error, double scale) => scale > 0 ? error / scale : error == 0 ? 0 : double.PositiveInfinity;

    private static void Check(ReadOnlySpan<double> actual, ReadOnlySpan<double> other)
    {
        if (actual.Length == 0 || actual.Length != other.Length)
            throw new ArgumentException($"ForecastErrors: needs at least one actual value and as many others, but got {actual.Length} and {other.Length}.", nameof(other));
    }
}
