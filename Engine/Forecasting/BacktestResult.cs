namespace GpuNN;

/// <summary>What a <see cref="Backtest"/> found about a forecaster.</summary>
public sealed class BacktestResult
{
    /// <summary>A result.</summary>
    /// <param name="name">The forecaster.</param>
    /// <param name="forecasts">Its forecasts, in the order of their origins; at least one.</param>
    /// <param name="train">The values before the first origin, for MASE.</param>
    /// <param name="season">Steps in a season, for MASE.</param>
    internal BacktestResult(string name, IReadOnlyList<BacktestForecast> forecasts, ReadOnlySpan<double> train, int season)
    {
        (Name, Forecasts) = (name, forecasts);
        double[] actual = [.. forecasts.SelectMany(forecast => forecast.Actual)], said = [.. forecasts.SelectMany(forecast => forecast.Forecast)];
        (Nrmse, Smape) = (ForecastErrors.Nrmse(actual, said), ForecastErrors.Smape(actual, said));
        Mase = train.Length > season ? ForecastErrors.Mase(actual, said, train, season) : double.NaN;
        RmseByStep = [.. Steps.Select(step => ForecastErrors.Rmse(ActualAt(step), SaidAt(step)))];
        MaeByStep = [.. Steps.Select(step => ForecastErrors.Mae(ActualAt(step), SaidAt(step)))];
    }

    /// <summary>The forecaster.</summary>
    public string Name { get; }

    /// <summary>All forecasts, in the order of their origins.</summary>
    public IReadOnlyList<BacktestForecast> Forecasts { get; }

    /// <summary>See <see cref="ForecastErrors.Mase"/>, over all steps of all forecasts; NaN where no season is known before the first origin.</summary>
    public double Mase { get; }

    /// <summary>See <see cref="ForecastErrors.Smape"/>, over all steps of all forecasts; in percent.</summary>
    public double Smape { get; }

    /// <summary>See <see cref="ForecastErrors.Nrmse"/>, over all steps of all forecasts; a value that is forecast from several origins counts as often.</summary>
    public double Nrmse { get; }

    /// <summary>The root mean squared error of each step ahead.</summary>
    public IReadOnlyList<double> RmseByStep { get; }

    /// <summary>The mean absolute error of each step ahead.</summary>
    public IReadOnlyList<double> MaeByStep { get; }

    private IEnumerable<int> Steps => Enumerable.Range(0, Forecasts[0].Forecast.Length);

    /// <summary>The figures in one line.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Name}: MASE {Mase:0.000}, sMAPE {Smape:0.0} %, NRMSE {Nrmse:0.000} over {Forecasts.Count} origins");

    private double[] ActualAt(int step) => [.. Forecasts.Select(forecast => forecast.Actual[step])];

    private double[] SaidAt(int step) => [.. Forecasts.Select(forecast => forecast.Forecast[step])];
}
