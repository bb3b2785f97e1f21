namespace GpuNN;

/// <summary>The value of the same place in the last known season, for all seasons to come: x(n + k) = x(n + k - season), again where that is not known yet.</summary>
public sealed class SeasonalNaive : Forecaster
{
    private readonly int season;

    /// <summary>A forecast.</summary>
    /// <param name="season">Steps in a season; 1 is the naive forecast.</param>
    public SeasonalNaive(int season)
    {
        if (season < 1)
            throw new ArgumentOutOfRangeException(nameof(season), $"SeasonalNaive: needs a season of 1 step or more, but got {season}.\nUse 12 for months, 7 for days of a week.");
        this.season = season;
    }

    /// <inheritdoc/>
    public override string Name => "seasonal naive";

    /// <inheritdoc/>
    public override void Fit(ReadOnlySpan<double> train)
    {
    }

    /// <inheritdoc/>
    protected override double[] Ahead(ReadOnlySpan<double> history, int horizon)
    {
        Need(season, history);
        var forecast = new double[horizon];
        for (var step = 0; step < horizon; step++)
            forecast[step] = history[history.Length - season + step % season];
        return forecast;
    }
}
