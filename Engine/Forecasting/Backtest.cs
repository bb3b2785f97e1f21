namespace GpuNN;

/// <summary>
/// Judges forecasters by the past: from each of several origins that move through the series, a forecast by what was known there is
/// compared with what came. No forecast sees a later value, and the scale of MASE is that of the values before the first origin.
/// Source: Tashman (2000), "Out-of-sample tests of forecasting accuracy".
/// </summary>
public sealed record Backtest
{
    /// <summary>A test.</summary>
    /// <param name="initial">Values that are known at the first origin.</param>
    /// <param name="horizon">Steps that are forecast from each origin.</param>
    public Backtest(int initial, int horizon)
    {
        if (initial < 1 || horizon < 1)
            throw new ArgumentOutOfRangeException(nameof(initial), $"Backtest: needs 1 known value or more and a horizon of 1 or more, but got {initial} and {horizon}.\nTry 70 % of the series, and a season.");
        (Initial, Horizon) = (initial, horizon);
    }

    /// <summary>Values that are known at the first origin.</summary>
    public int Initial { get; }

    /// <summary>Steps that are forecast from each origin.</summary>
    public int Horizon { get; }

    /// <summary>Steps from one origin to the next.</summary>
    public int Step { get; init; } = 1;

    /// <summary>The forecaster is fitted at the first origin and at every so many-th after it; 0 for the first alone.</summary>
    public int RefitEvery { get; init; } = 1;

    /// <summary>Steps in a season, for MASE; 1 for none.</summary>
    public int Season { get; init; } = 1;

    /// <summary>How many values are known at each origin of a series of so many values: all from which the whole horizon is within it.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public IReadOnlyList<int> Origins(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Step);
        if (Initial + Horizon > count)
            throw new InvalidDataException($"Backtest: needs {Initial} known values and {Horizon} after them, but the series has {count}.\nBegin earlier, use a shorter horizon, or more data.");
        return [.. Enumerable.Range(0, (count - Horizon - Initial) / Step + 1).Select(origin => Initial + origin * Step)];
    }

    /// <summary>Tests a forecaster.</summary>
    /// <param name="forecaster">What is tested; it is fitted on the way.</param>
    /// <param name="series">The whole series.</param>
    /// <param name="after">Told after each origin how many are done, and of how many.</param>
    public BacktestResult Run(Forecaster forecaster, ReadOnlySpan<double> series, Action<int, int>? after = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(RefitEvery);
        var origins = Origins(series.Length);
        var forecasts = new List<BacktestForecast>();
        foreach (var (number, known) in origins.Index())
        {
            var fitted = RefitEvery == 0 ? number == 0 : number % RefitEvery == 0;
            if (fitted)
                forecaster.Fit(series[..known]);
            forecasts.Add(new BacktestForecast(known, forecaster.Forecast(series[..known], Horizon), series.Slice(known, Horizon).ToArray(), fitted));
            after?.Invoke(number + 1, origins.Count);
        }
        return new BacktestResult(forecaster.Name, forecasts, series[..Initial], Season);
    }

    /// <summary>
    /// The forecaster with the smallest MASE in this test of a series, the first of equals; one that cannot learn from the series or fails
    /// on it is left out. Give it the training part alone to choose fairly.
    /// </summary>
    /// <param name="candidates">What to choose from.</param>
    /// <param name="series">The series.</param>
    /// <exception cref="InvalidDataException">None can be tested.</exception>
    public T Choose<T>(IReadOnlyList<T> candidates, ReadOnlySpan<double> series) where T : Forecaster
    {
        (T? best, var least, Exception? last) = (null, double.PositiveInfinity, null);
        foreach (var candidate in candidates)
        {
            try
            {
                var mase = Run(candidate, series).Mase;
                if (best is null || mase < least)
                    (best, least) = (candidate, mase);
            }
            catch (Exception unfit) when (unfit is InvalidDataException or InvalidOperationException)
            {
                last = unfit;
            }
        }
        return best ?? throw new InvalidDataException($"Backtest: none of {candidates.Count} forecasters can be tested on the series.\n{last?.Message}", last);
    }
}
