using System.Diagnostics;
using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// Any table: finds out what its columns are and what there is to predict, and lets an ensemble of perceptrons and a linear model
/// compete in cross-validation. It writes how right the network is as <c>predicted.svg</c> or <c>confusion.svg</c>, which columns
/// it needs as <c>importance.svg</c>, the folds as <c>folds.csv</c>, and each row's answer by a network that has not seen it as
/// <c>predictions.csv</c>. The curves of <c>loss.svg</c> are those of the first network.
/// </summary>
public sealed class TabularRecipe : Recipe
{
    private const int ManyRows = 2_000;
    private const int FoldsOfManyRows = 5;
    private const int FoldsOfFewRows = 10;
    private const int ShortRows = 300;
    private const int ShortFolds = 2;

    /// <inheritdoc/>
    public override string Name => "tabular";

    /// <inheritdoc/>
    public override string Chapter => "2.1.1";

    /// <inheritdoc/>
    public override string Title => "5 perceptrons 64-64 with weight decay, stopped early, on any table";

    /// <inheritdoc/>
    public override string OwnData => "rents of flats, with categories and gaps";

    /// <inheritdoc/>
    public override string? DataFolder => AnyFolder;

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeSetting> Settings { get; } =
    [
        new("file", "the CSV file below --data; without it the only one there"),
        new("target", "the column to predict; without it one called target, label, class, outcome, response or y, else the only category, else the last"),
        new("task", "regression or classification; without it what the target looks like"),
        new("ignore", "columns to leave out, separated by commas; constants, identifiers and free text are left out anyway"),
        new("folds", "parts of the cross-validation; 10, or 5 from 2,000 rows on"),
        new("goal", "the figure to reach: accuracy, or the gain on linear regression's RMSE; as good as logistic regression, or 0.15"),
    ];

    /// <inheritdoc/>
    public override string Metric => RegressionContest.Goal.Metric;

    /// <inheritdoc/>
    public override int Epochs => 100;

    /// <inheritdoc/>
    public override int ShortEpochs => 5;

    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => RegressionContest.Goal.Target;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var goal = context.Setting("goal") is { } text ? Number(text, "goal") : (double?)null;
        var task = Find(context, Read(context));
        context.Progress.Say($"{task.Table.Count} rows; {task.Kind} of {task.Target} ({task.Reason}) from {string.Join(", ", task.Inputs)}");
        if (task.LeftOut.Count > 0)
            context.Progress.Say($"left out: {string.Join(", ", task.LeftOut.Select(column => $"{column.Column.Name} ({column.Role})"))}");

        var contest = TableContest.For(context.Device, task, context.Options);
        var start = Stopwatch.GetTimestamp();
        var folds = contest.Split(FoldsOf(context, task.Table.Count));
        var outcomes = new List<FoldOutcome>();
        foreach (var fold in folds)
        {
            var outcome = contest.Play(fold);
            outcomes.Add(outcome);
            context.Progress.Say(FormattableString.Invariant(
                $"fold {fold.Number}/{folds.Count}: {contest.ErrorName} {outcome.NetworkError:G4}, {contest.LinearName} {outcome.LinearError:G4}"));
        }
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        context.Progress.Say($"{contest.ErrorName}: {Spread(outcomes, outcome => outcome.NetworkError)}, {contest.LinearName} {Spread(outcomes, outcome => outcome.LinearError)} (mean and deviation over folds)");

        Write(context, contest, task, outcomes);
        var found = contest.GoalOf(outcomes);
        return new RecipeResult(
            contest.Value(outcomes), outcomes.Sum(outcome => outcome.Samples), seconds, CurvesOf(outcomes[0].Histories[0]))
        { Goal = goal is { } wished ? found with { Target = wished } : found };
    }

    private CsvTable Read(RecipeContext context)
    {
        var file = context.Setting("file");
        if (context.Files is { } folder)
            return Csv.Read(TableFile.Find(Name, folder, file));
        return file is null
            ? Rents.Draw(context.Options.Short ? ShortRows : ManyRows, (ulong)context.Options.Seed)
            : throw new ArgumentMistake("The setting file chooses a file below --data. Give --data DIR, or leave the setting out.");
    }

    private static TableTask Find(RecipeContext context, CsvTable table)
    {
        TaskKind? kind = context.Setting("task") switch
        {
            null => null,
            "regression" => TaskKind.Regression,
            "classification" => TaskKind.Classification,
            var other => throw new ArgumentMistake($"The setting task must be regression or classification, but is {other}."),
        };
        try
        {
            return TableTask.Find(table, context.Setting("target"), kind, context.Setting("ignore")?.Split(',', StringSplitOptions.TrimEntries));
        }
        catch (KeyNotFoundException unknown)
        {
            throw new ArgumentMistake(unknown.Message, unknown);
        }
    }

    private static int FoldsOf(RecipeContext context, int rows)
    {
        if (context.Setting("folds") is not { } text)
            return context.Options.Short ? ShortFolds : rows < ManyRows ? FoldsOfFewRows : FoldsOfManyRows;
        return Number(text, "folds") is var folds && folds == Math.Floor(folds) && folds >= 2 && folds <= rows
            ? (int)folds
            : throw new ArgumentMistake($"The setting folds must be a whole number from 2 to the {rows} rows, but is {text}.");
    }

    private static double Number(string text, string setting) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw new ArgumentMistake($"The setting {setting} must be a number, but is {text}.");

    private static string Spread(List<FoldOutcome> outcomes, Func<FoldOutcome, double> error)
    {
        var mean = outcomes.Average(error);
        var deviation = Math.Sqrt(outcomes.Sum(outcome => Math.Pow(error(outcome) - mean, 2)) / (outcomes.Count - 1));
        return FormattableString.Invariant($"{mean:G4} ± {deviation:G2}");
    }

    private static void Write(RecipeContext context, TableContest contest, TableTask task, List<FoldOutcome> outcomes)
    {
        contest.Draw(outcomes, context.Out);
        ImportancePlot.Write(
            context.Out("importance.svg"), $"What {task.Target} is predicted from", $"growth of the {contest.ErrorName} when the column is shuffled",
            task.Inputs.Select((name, input) => (name, outcomes.Average(outcome => outcome.Importance[input]))));
        File.WriteAllLines(context.Out("folds.csv"),
            ["fold,rows,network,linear", .. outcomes.Select(outcome => string.Create(
                CultureInfo.InvariantCulture, $"{outcome.Fold.Number},{outcome.Fold.Test.Length},{outcome.NetworkError},{outcome.LinearError}"))]);
        var rows = outcomes.SelectMany(outcome => outcome.Fold.Test.Select((row, place) => (row, Words: contest.InWords(row, outcome.Network, place))));
        File.WriteAllLines(context.Out("predictions.csv"),
            ["row,true,predicted", .. rows.OrderBy(row => row.row).Select(row => $"{row.row},{Cell(row.Words.True)},{Cell(row.Words.Said)}")]);
    }

    private static string Cell(string text) => text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static Curve[] CurvesOf(History history)
    {
        double[] epochs = [.. history.Select(record => (double)record.Epoch)];
        return
        [
            new Curve("training", epochs, [.. history.Select(record => record.Training.Loss)]),
            new Curve("held out", epochs, [.. history.Select(record => record.Judged.Loss)]),
        ];
    }
}
