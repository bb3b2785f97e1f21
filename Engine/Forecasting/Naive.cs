namespace GpuNN;

/// <summary>The last known value for all times to come: x(n + k) = x(n). The best forecast of a random walk.</summary>
public sealed class Naive : Forecaster
{
    /// <inheritdoc/>
    public override string Name => "naive";

    /// <inheritdoc/>
    public override void Fit(ReadOnlySpan<double> train)
    {
    }

    /// <inheritdoc/>
    protected override double[] Ahead(ReadOnlySpan<double> history, int horizon)
    {
        Need(1, history);
        var forecast = new double[horizon];
        Array.Fill(forecast, history[^1]);
        return forecast;
    }
}
