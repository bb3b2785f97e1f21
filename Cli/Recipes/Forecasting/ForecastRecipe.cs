using System.Diagnostics;
using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// Any series: networks over its lags compete with the naive, the seasonal naive and the linear forecast, from origins that move through
/// its second half. It writes forecasts with their intervals beside what came as <c>forecast.png</c>, the error of each step ahead as
/// <c>errors.png</c>, figures as <c>summary.csv</c>, all forecasts as <c>backtest.csv</c>, and what comes after the end of the series as
/// <c>next.csv</c>. The curve of <c>loss.svg</c> is that of the first network.
/// </summary>
public sealed class ForecastRecipe : Recipe
{
    private const int Members = 5;
    private const int MembersOfShortRun = 2;
    private const int Hidden = 32;
    private const int BatchesWished = 40;
    private const int LeastBatch = 4;
    private const int MostBatch = 32;
    private const float LearningRate = 1e-2f;
    private const float WeightDecay = 0.1f;
    private const int BandsShown = 4;
    private const int LeastErrors = 9;

    /// <inheritdoc/>
    public override string Name => "forecast";

    /// <inheritdoc/>
    public override string Chapter => "15.4.1";

    /// <inheritdoc/>
    public override string Title => "5 networks over lags, each beside a linear forecast, on any series";

    /// <inheritdoc/>
    public override string OwnData => "a growing series with a season";

    /// <inheritdoc/>
    public override string? DataFolder => AnyFolder;

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeSetting> Settings { get; } =
    [
        new("file", "the CSV file below --data; without it the only one there"),
        new("column", "the column to forecast; without it the only one of numbers"),
        new("gaps", "refuse or interpolate; refuse"),
        new("season", "steps in a season, 1 for none; 12"),
        new("horizon", "steps to forecast; a season"),
        new("lags", "values that are seen; by the length of the series one to three seasons"),
        new("strategy", "multi-output, direct or recursive; multi-output"),
        new("network", "mlp, or lstm or gru for recurrent networks that read the lags one after the other; mlp"),
    ];

    /// <inheritdoc/>
    public override string Metric => "gain on seasonal naive MASE";

    /// <inheritdoc/>
    public override int Epochs => 80;

    /// <inheritdoc/>
    public override int ShortEpochs => 5;

    // five seeds reach 0.18 to 0.30 on its own data, 0.50 to 0.54 on airline passengers, 0.40 on monthly sunspots
    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => onFiles ? 0.3 : 0.15;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var kind = context.Setting("network") ?? "mlp";
        // an unknown name is refused before anything is read
        _ = Nonlinear(kind, lags: 1, outputs: 1);
        var task = ForecastTask.Find(context, Name);
        var (transform, grows) = task.ChooseTransform();
        context.Progress.Say($"{task.Series}; season {task.Season}, horizon {task.Horizon}, {task.Lags} lags, {transform()}");

        var network = new NeuralForecaster(
            task.Windows with { AsSequence = true }, (seed, outputs) => TrainerOf(context, new Residual(Nonlinear(kind, task.Lags, outputs), Linear(task.Lags, outputs)), seed))
        {
            Transform = transform(),
            Strategy = task.Strategy,
            Members = context.Options.Short ? MembersOfShortRun : Members,
            Epochs = context.Options.Epochs,
            // a short series has few windows, and needs as many steps
            Batch = Math.Clamp(task.Initial / BatchesWished, LeastBatch, MostBatch),
            Seed = (ulong)context.Options.Seed,
        };
        Forecaster[] forecasters =
        [
            network, new LinearAutoregression(task.Windows) { Transform = transform(), Strategy = task.Strategy },
            new SeasonalNaive(task.Season), new Naive(), new Drift(),
        ];
        var start = Stopwatch.GetTimestamp();
        var results = forecasters.Select(forecaster => Tested(context, task, forecaster)).ToArray();
        network.Fit(task.Series.Values);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        Write(context, task, results, grows);
        WriteNext(context, task, PredictionIntervals.Of(results[0], grows), network.Forecast(task.Series.Values, task.Horizon));
        var history = network.Histories[0];
        return new RecipeResult(
            1 - results[0].Mase / results[2].Mase, network.Samples, seconds,
            [new Curve("training", [.. history.Select(epoch => (double)epoch.Epoch)], [.. history.Select(epoch => epoch.Training.Loss)])]);
    }

    private static BacktestResult Tested(RecipeContext context, ForecastTask task, Forecaster forecaster)
    {
        var result = task.Contest.Run(forecaster, task.Series.Values);
        context.Progress.Say(result.ToString());
        return result;
    }

    private static Sequential Linear(int lags, int outputs) => new(new Flatten(), new Dense(lags, outputs));

    // beside the linear forecast a network has only to learn what is not linear, and it begins with nothing of that
    private static Sequential Nonlinear(string kind, int lags, int outputs) => kind switch
    {
        "mlp" => new(new Flatten(), new Dense(lags, Hidden), new Tanh(), new Dense(Hidden, outputs, init: Inits.Zeros)),
        "lstm" => new(new Lstm(1, Hidden) { ReturnsSteps = false }, new Dense(Hidden, outputs, init: Inits.Zeros)),
        "gru" => new(new Gru(1, Hidden) { ReturnsSteps = false }, new Dense(Hidden, outputs, init: Inits.Zeros)),
        _ => throw new ArgumentMistake($"The setting network must be mlp, lstm or gru, but is {kind}."),
    };

    private static Trainer TrainerOf(RecipeContext context, Layer model, ulong seed) => new(
        context.Device,
        model,
        Loss.MeanSquared,
        new AdamW(LearningRate) { WeightDecay = WeightDecay })
    {
        Seed = seed,
        Schedule = new CosineSchedule(context.Options.Epochs),
        ReadAhead = 0,
        Warn = context.Progress.Say,
    };

    private static void Write(RecipeContext context, ForecastTask task, BacktestResult[] results, bool relative)
    {
        var judged = Judged(results[0], task.Horizon, relative);
        File.WriteAllLines(context.Out("summary.csv"),
        [
            "forecaster,mase,smape,nrmse",
            .. results.Select(result => string.Create(CultureInfo.InvariantCulture, $"{result.Name},{result.Mase},{result.Smape},{result.Nrmse}")),
        ]);
        File.WriteAllLines(context.Out("backtest.csv"),
        [
            $"known,step,actual,{string.Join(',', results.Select(result => result.Name))}",
            .. from at in Enumerable.Range(0, results[0].Forecasts.Count)
               from step in Enumerable.Range(0, task.Horizon)
               let origin = results[0].Forecasts[at]
               select string.Create(CultureInfo.InvariantCulture, $"{origin.Known},{step + 1},{origin.Actual[step]},")
                   + string.Join(',', results.Select(result => result.Forecasts[at].Forecast[step].ToString(CultureInfo.InvariantCulture))),
        ]);
        CurvePlot.Write(
            context.Out("errors.png"), $"Forecasts of {task.Series.Name}", "mean absolute error",
            results.Select(result => new Curve(result.Name, [.. Enumerable.Range(1, task.Horizon).Select(step => (double)step)], result.MaeByStep)),
            ScottPlot.Alignment.UpperLeft, "steps ahead");
        if (judged.Count == 0)
        {
            context.Progress.Say("too few origins for intervals");
            return;
        }
        foreach (var (level, number) in new[] { (0.95, 0), (0.8, 1) })
        {
            // fewer errors than this hold no quantile as far out
            var known = judged.Where(pair => pair.Errors >= 2 / (1 - level) - 1).ToArray();
            context.Progress.Say(known.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"{100 * level:0} % intervals: too few origins to judge them") : string.Create(
                CultureInfo.InvariantCulture,
                $"{100 * level:0} % intervals: {100 * known.Average(pair => ForecastErrors.Coverage(pair.Origin.Actual, pair.Band.Intervals[number].Lower, pair.Band.Intervals[number].Upper)):0.0} % of the values of {known.Length} origins lie within"));
        }
        // from the end back, one horizon after the other
        var last = judged[^1].Origin.Known;
        ForecastBand[] shown = [.. judged.Where(pair => (last - pair.Origin.Known) % task.Horizon == 0).TakeLast(BandsShown).Select(pair => pair.Band)];
        ForecastPlot.Write(
            context.Out("forecast.png"), $"{results[0].Name}: forecasts of {task.Horizon} steps", task.Series,
            Math.Max(0, shown[0].Start - 3 * Math.Max(task.Season, task.Horizon)), shown);
    }

    // intervals of each origin by the errors that were known there
    private static List<(BacktestForecast Origin, int Errors, ForecastBand Band)> Judged(BacktestResult result, int horizon, bool relative) =>
    [
        .. result.Forecasts.Where(origin => result.Forecasts.Count(earlier => earlier.Known + horizon <= origin.Known) >= LeastErrors).Select(origin =>
        {
            var intervals = PredictionIntervals.Before(result, origin.Known, relative);
            return (origin, intervals.Count, ForecastBand.Of(origin.Known, origin.Forecast, intervals));
        }),
    ];

    private static void WriteNext(RecipeContext context, ForecastTask task, PredictionIntervals intervals, double[] forecast)
    {
        var band = ForecastBand.Of(task.Series.Count, forecast, intervals);
        File.WriteAllLines(context.Out("next.csv"),
        [
            "step,forecast,lower 95 %,lower 80 %,upper 80 %,upper 95 %",
            .. forecast.Select((value, step) => string.Create(
                CultureInfo.InvariantCulture,
                $"{step + 1},{value},{band.Intervals[0].Lower[step]},{band.Intervals[1].Lower[step]},{band.Intervals[1].Upper[step]},{band.Intervals[0].Upper[step]}")),
        ]);
    }
}
