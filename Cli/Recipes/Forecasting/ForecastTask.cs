using System.Globalization;

namespace GpuNN.Cli;

/// <summary>What is to be forecast: the series, its season, how far, and from what, as <c>--set</c> says or by the size of the series.</summary>
/// <param name="Series">The series.</param>
/// <param name="Season">Steps in a season; 1 for none.</param>
/// <param name="Horizon">Steps to forecast.</param>
/// <param name="Lags">Values that are seen.</param>
/// <param name="Strategy">How several steps are forecast.</param>
public sealed record ForecastTask(TimeSeries Series, int Season, int Horizon, int Lags, HorizonStrategy Strategy)
{
    private const int MostOrigins = 200;
    private const int Fits = 4;
    private const int ValuesOfLag = 6;
    private const int MostSeasonsOfLags = 3;
    private const int MostLagsWithoutSeason = 36;
    private const int ShortMonths = 160;

    /// <summary>Values that are known at the first origin: half of all.</summary>
    public int Initial => Series.Count / 2;

    /// <summary>What is seen and what is predicted.</summary>
    public Windows Windows => new(Lags, Horizon);

    /// <summary>The contest: up to 200 origins in the second half, and 4 times that a forecaster is fitted.</summary>
    public Backtest Contest => TestFrom(Initial, Series.Count);

    /// <summary>Reads the series and what was set.</summary>
    /// <exception cref="ArgumentMistake">A setting makes no sense.</exception>
    /// <exception cref="InvalidDataException">The series is too short, or has gaps that are refused.</exception>
    public static ForecastTask Find(RecipeContext context, string recipe)
    {
        var series = Read(context, recipe);
        var season = Number("season", SeasonalSeries.Season);
        var horizon = Number("horizon", Math.Max(season, 1));
        var lags = Number("lags", Math.Clamp(series.Count / 2 / ValuesOfLag, season, season > 1 ? MostSeasonsOfLags * season : MostLagsWithoutSeason));
        var strategy = context.Setting("strategy") switch
        {
            null or "multi-output" => HorizonStrategy.MultiOutput,
            "direct" => HorizonStrategy.Direct,
            "recursive" => HorizonStrategy.Recursive,
            var other => throw new ArgumentMistake($"The setting strategy must be multi-output, direct or recursive, but is {other}."),
        };
        var task = new ForecastTask(series, season, horizon, lags, strategy);
        var least = 3 * (season + lags + 2 * horizon);
        return series.Count >= least ? task : throw new InvalidDataException(
            $"The recipe {recipe} needs {least} values for a season of {season}, {lags} lags and a horizon of {horizon}, but '{series.Name}' has {series.Count}.\nUse fewer lags or a shorter horizon.");

        int Number(string name, int usual) => context.Setting(name) is not { } text ? usual
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value
            : throw new ArgumentMistake($"The setting {name} must be a whole number of 1 or more, but is {text}.");
    }

    /// <summary>
    /// The transform with which a linear autoregression forecasts the values before the first origin best: with or without logarithm,
    /// differences of one step and of a season. No value of the test part has a say.
    /// </summary>
    /// <returns>Makes it, and whether it takes the logarithm, so that errors grow with the series.</returns>
    public (Func<SeriesTransform> Make, bool Grows) ChooseTransform()
    {
        // whether a quantity can be 0 or less is known beforehand, so all values may be asked
        var positive = Series.Values.ToArray().All(value => value > 0);
        var candidates = new List<(Func<SeriesTransform> Make, bool Log, LinearAutoregression Linear)>();
        foreach (var log in positive ? new[] { false, true } : [false])
            foreach (var seasonal in Season > 1 ? new[] { false, true } : [false])
                foreach (var step in new[] { false, true })
                {
                    SeriesTransform Make() => SeriesTransform.Chain(
                    [
                        .. log ? new[] { SeriesTransform.Log() } : [],
                        .. seasonal ? new[] { SeriesTransform.Difference(Season) } : [],
                        .. step ? new[] { SeriesTransform.Difference() } : [],
                    ]);
                    candidates.Add((Make, log, new LinearAutoregression(Windows) { Strategy = Strategy, Transform = Make() }));
                }
        var best = TestFrom(Initial * 2 / 3, Initial).Choose([.. candidates.Select(candidate => candidate.Linear)], Series.Values[..Initial]);
        var chosen = candidates.First(candidate => candidate.Linear == best);
        return (chosen.Make, chosen.Log);
    }

    private Backtest TestFrom(int initial, int end)
    {
        var test = new Backtest(initial, Horizon) { Season = Season, Step = Math.Max(1, (end - Horizon - initial) / MostOrigins) };
        return test with { RefitEvery = (test.Origins(end).Count + Fits - 1) / Fits };
    }

    private static TimeSeries Read(RecipeContext context, string recipe)
    {
        if (context.Files is not { } folder)
            return context.Setting("file") is null && context.Setting("column") is null
                ? SeasonalSeries.Draw(context.Options.Short ? ShortMonths : 360, (ulong)context.Options.Seed)
                : throw new ArgumentMistake("The settings file and column choose from what is below --data. Give --data DIR, or leave them out.");
        var gaps = context.Setting("gaps") switch
        {
            null or "refuse" => SeriesGaps.Refuse,
            "interpolate" => SeriesGaps.Interpolate,
            var other => throw new ArgumentMistake($"The setting gaps must be refuse or interpolate, but is {other}."),
        };
        try
        {
            return TimeSeries.Of(Csv.Read(TableFile.Find(recipe, folder, context.Setting("file"))), context.Setting("column"), gaps);
        }
        catch (KeyNotFoundException unknown)
        {
            throw new ArgumentMistake(unknown.Message, unknown);
        }
    }
}
