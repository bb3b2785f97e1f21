namespace GpuNN;

/// <summary>y(t) = log x(t), in nats, and back x = exp(y). The mean of a forecast of y becomes the median of x.</summary>
public sealed class SeriesLogarithm : SeriesTransform
{
    /// <inheritdoc/>
    public override double[] Forward(ReadOnlySpan<double> series)
    {
        var result = new double[series.Length];
        for (var t = 0; t < result.Length; t++)
            result[t] = series[t] > 0
                ? Math.Log(series[t])
                : throw new InvalidDataException(FormattableString.Invariant($"SeriesLogarithm: needs values above 0, but value {t} is {series[t]}.\nLeave the logarithm out, or add a constant to the series first."));
        return result;
    }

    /// <inheritdoc/>
    public override double[] Inverse(ReadOnlySpan<double> history, ReadOnlySpan<double> forecast)
    {
        var result = new double[forecast.Length];
        for (var step = 0; step < result.Length; step++)
            result[step] = Math.Exp(forecast[step]);
        return result;
    }

    /// <inheritdoc/>
    public override string ToString() => "logarithm";
}
