namespace GpuNN;

/// <summary>
/// y(t) = (x(t) - mean) / deviation, both of the training part and over n. A constant training part has deviation 0: the values are
/// then only moved by the mean.
/// </summary>
public sealed class SeriesStandard : SeriesTransform
{
    /// <summary>The mean of the training part; NaN before Fit.</summary>
    public double Mean { get; private set; } = double.NaN;

    /// <summary>The standard deviation of the training part, over n; NaN before Fit.</summary>
    public double Deviation { get; private set; } = double.NaN;

    private double Unit => Deviation > 0 ? Deviation : 1;

    /// <inheritdoc/>
    public override void Fit(ReadOnlySpan<double> train)
    {
        if (train.Length == 0)
            throw new InvalidDataException("SeriesStandard: needs at least one value to fit to, but got none.");
        var (sum, squares) = (0.0, 0.0);
        foreach (var value in train)
            sum += value;
        Mean = sum / train.Length;
        foreach (var value in train)
            squares += (value - Mean) * (value - Mean);
        Deviation = Math.Sqrt(squares / train.Length);
    }

    /// <inheritdoc/>
    public override double[] Forward(ReadOnlySpan<double> series)
    {
        Check();
        var result = new double[series.Length];
        for (var t = 0; t < result.Length; t++)
            result[t] = (series[t] - Mean) / Unit;
        return result;
    }

    /// <inheritdoc/>
    public override double[] Inverse(ReadOnlySpan<double> history, ReadOnlySpan<double> forecast)
    {
        Check();
        var result = new double[forecast.Length];
        for (var step = 0; step < result.Length; step++)
            result[step] = forecast[step] * Unit + Mean;
        return result;
    }

    /// <inheritdoc/>
    public override string ToString() => "standard";

    private void Check()
    {
        if (double.IsNaN(Mean))
            throw new InvalidOperationException("SeriesStandard has nothing to go by yet.\nCall Fit on the training part first.");
    }
}
