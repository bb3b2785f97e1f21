namespace GpuNN.Cli;

/// <summary>
/// A perceptron 784-256-256-10 learns five tasks one after the other, digits whose pixels are permuted in five ways: plainly, with elastic
/// weight consolidation, and with rehearsal of a buffer of a fifth of a task. It writes how much is left of each task as
/// <c>forgetting.png</c>, a panel a method.
/// </summary>
public sealed class ForgettingRecipe : Recipe
{
    private const int Hidden = 256;
    private const int Tasks = 5;
    private const int ShortTasks = 2;
    private const int TaskSamples = 5000;
    private const int Batch = 32;
    private const float LearningRate = 0.05f;
    private const float Strength = 100;
    private const double Rehearsed = 0.2;
    private const int FisherSamples = 500;
    private const int ShortFisherSamples = 20;

    /// <inheritdoc/>
    public override string Name => "forgetting";

    /// <inheritdoc/>
    public override string Chapter => "8.1.4";

    /// <inheritdoc/>
    public override string Title => "five permutations of digits in turn, 784-256-256-10: plain, consolidated, rehearsed";

    /// <inheritdoc/>
    public override string OwnData => Digits.Drawn;

    /// <inheritdoc/>
    public override string? DataFolder => Digits.Folder;

    /// <inheritdoc/>
    public override string Metric => "mean accuracy with rehearsal";

    /// <inheritdoc/>
    public override int Epochs => 15;

    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => onFiles ? 0.91 : 0.92;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var digits = Digits.Of(context);
        var tasks = Enumerable.Range(0, context.Options.Short ? ShortTasks : Tasks)
            .Select(task => new DataPair(digits.Train.Take(TaskSamples).Permuted((ulong)task), digits.Test.Permuted((ulong)task))).ToArray();
        var memory = new ElasticWeightConsolidation(Strength);
        var buffer = new ReplayBuffer((int)(Rehearsed * tasks[0].Train.Count), (ulong)context.Options.Seed);

        var plain = Learn(context, tasks, "plain");
        var consolidated = Learn(context, tasks, "consolidated", constraints: [memory.ProximalStep],
            learned: (model, task) => memory.Consolidate(context.Device, model, Loss.SoftmaxCrossEntropy, task, context.Options.Short ? ShortFisherSamples : FisherSamples));
        var rehearsed = Learn(context, tasks, "rehearsed", study: buffer.With, learned: (_, task) => buffer.Add(task));
        rehearsed.Model.Save(context.Out("model.safetensors"));

        Outcome[] all = [plain, consolidated, rehearsed];
        PanelPlot.Write(context.Out("forgetting.png"), "tasks learned", "accuracy", [.. all.Select(PanelOf)]);
        return new RecipeResult(
            rehearsed.Report.MeanAccuracy, all.Sum(outcome => outcome.Samples), all.Sum(outcome => outcome.Losses.Sum(epoch => epoch.Seconds)),
            [.. all.Reverse().Select(outcome => new Curve(
                outcome.Method, [.. outcome.Losses.Select((_, epoch) => epoch + 1.0)], [.. outcome.Losses.Select(epoch => epoch.Training.Loss)]))]);
    }

    private static Outcome Learn(
        RecipeContext context, DataPair[] tasks, string method, IReadOnlyList<Constraint>? constraints = null,
        Func<DataSet, DataSet>? study = null, Action<Layer, DataSet>? learned = null)
    {
        var model = new Sequential(
            new Flatten(), new Dense(Digits.Side * Digits.Side, Hidden), new Relu(), new Dense(Hidden, Hidden), new Relu(), new Dense(Hidden, Digits.Classes));
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Sgd(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Constraints = constraints ?? [],
            Warn = context.Progress.Say,
        };
        var outcome = new Outcome(method, model, new ForgettingReport(), []);
        foreach (var task in tasks)
        {
            var set = study is null ? task.Train : study(task.Train);
            outcome.Losses.AddRange(trainer.Fit(set, null, context.Options.Epochs, Batch));
            outcome.Samples += (long)set.Count * context.Options.Epochs;
            learned?.Invoke(model, task.Train);
            outcome.Report.Add([.. tasks.Select(other => trainer.Evaluate(other.Test).Accuracy)]);
        }
        context.Progress.Say($"{method}\n{outcome.Report}");
        return outcome;
    }

    // A task has a line from where it was learned on.
    private static Panel PanelOf(Outcome outcome)
    {
        var (rows, tasks) = (outcome.Report.Rows, outcome.Report.Tasks);
        return new Panel(
            FormattableString.Invariant($"{outcome.Method}: {outcome.Report.MeanAccuracy:P0} in the mean"),
            [.. Enumerable.Range(0, tasks).Select(task => new Curve(
                $"task {task + 1}", [.. Enumerable.Range(task + 1, tasks - task).Select(after => (double)after)], [.. rows.Skip(task).Select(row => row[task])]))]);
    }

    private sealed record Outcome(string Method, Layer Model, ForgettingReport Report, List<EpochRecord> Losses)
    {
        public long Samples { get; set; }
    }
}
