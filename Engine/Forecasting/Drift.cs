namespace GpuNN;

/// <summary>The straight line through the first and the last known value: x(n + k) = x(n) + k (x(n) - x(1)) / (n - 1).</summary>
public sealed class Drift : Forecaster
{
    /// <inheritdoc/>
    public override string Name => "drift";

    /// <inheritdoc/>
    public override void Fit(ReadOnlySpan<double> train)
    {
    }

    /// <inheritdoc/>
    protected override double[] Ahead(ReadOnlySpan<double> history, int horizon)
    {
        Need(2, history);
        var slope = (history[^1] - history[0]) / (history.Length - 1);
        var forecast = new double[horizon];
        for (var step = 0; step < horizon; step++)
            forecast[step] = history[^1] + (step + 1) * slope;
        return forecast;
    }
}
