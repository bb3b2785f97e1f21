namespace GpuNN;

/// <summary>Transforms one after the other, each fitted to what the one before makes of the training part; back in the opposite order.</summary>
public sealed class SeriesChain(IReadOnlyList<SeriesTransform> parts) : SeriesTransform
{
    private readonly SeriesTransform[] parts = [.. parts];

    /// <inheritdoc/>
    public override int Lost => parts.Sum(part => part.Lost);

    /// <inheritdoc/>
    public override void Fit(ReadOnlySpan<double> train)
    {
        foreach (var part in parts)
        {
            part.Fit(train);
            train = part.Forward(train);
        }
    }

    /// <inheritdoc/>
    public override double[] Forward(ReadOnlySpan<double> series)
    {
        var result = series.ToArray();
        foreach (var part in parts)
            result = part.Forward(result);
        return result;
    }

    /// <inheritdoc/>
    public override double[] Inverse(ReadOnlySpan<double> history, ReadOnlySpan<double> forecast)
    {
        // each part goes back from the series that it was given on the way
        var before = new double[parts.Length][];
        var series = history.ToArray();
        foreach (var (at, part) in parts.Index())
        {
            before[at] = series;
            series = part.Forward(series);
        }
        var result = forecast.ToArray();
        for (var at = parts.Length - 1; at >= 0; at--)
            result = parts[at].Inverse(before[at], result);
        return result;
    }

    /// <inheritdoc/>
    public override string ToString() => parts.Length == 0 ? "as it is" : string.Join(", ", parts.Select(part => part.ToString()));
}
