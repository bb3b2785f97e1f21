namespace GpuNN;

/// <summary>
/// y(t) = x(t) - x(t - lag), and back x(t) = y(t) + x(t - lag), where x(t - lag) is known or was forecast just before.
/// Source: Box and Jenkins (1970), "Time series analysis: forecasting and control".
/// </summary>
public sealed class SeriesDifference : SeriesTransform
{
    private readonly int lag;

    /// <summary>A difference.</summary>
    /// <param name="lag">Steps between the two values; at least 1.</param>
    public SeriesDifference(int lag = 1)
    {
        if (lag < 1)
            throw new ArgumentOutOfRangeException(nameof(lag), $"SeriesDifference: needs a lag of 1 or more, but got {lag}.\nUse 1 for a trend, 12 for a season of months.");
        this.lag = lag;
    }

    /// <inheritdoc/>
    public override int Lost => lag;

    /// <inheritdoc/>
    public override double[] Forward(ReadOnlySpan<double> series)
    {
        if (series.Length <= lag)
            throw new InvalidDataException($"SeriesDifference: needs more than {lag} values for a lag of {lag}, but got {series.Length}.\nUse a smaller lag, or more data.");
        var result = new double[series.Length - lag];
        for (var t = 0; t < result.Length; t++)
            result[t] = series[t + lag] - series[t];
        return result;
    }

    /// <inheritdoc/>
    public override double[] Inverse(ReadOnlySpan<double> history, ReadOnlySpan<double> forecast)
    {
        if (history.Length < lag)
            throw new InvalidDataException($"SeriesDifference: needs the last {lag} known values to go back, but got {history.Length}.");
        var result = new double[forecast.Length];
        for (var step = 0; step < result.Length; step++)
            result[step] = forecast[step] + (step < lag ? history[history.Length - lag + step] : result[step - lag]);
        return result;
    }

    /// <inheritdoc/>
    public override string ToString() => $"difference of lag {lag}";
}
