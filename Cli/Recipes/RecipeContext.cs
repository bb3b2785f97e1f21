using System.Globalization;

namespace GpuNN.Cli;

/// <summary>What a recipe is given to run with.</summary>
/// <param name="Device">Where it trains; the job disposes it.</param>
/// <param name="Options">Epochs, seed, whether the run is short, and where to write.</param>
/// <param name="Files">The folder of the recipe's real files, or null for its own data.</param>
/// <param name="Progress">Told after every step and epoch.</param>
public sealed record RecipeContext(Device Device, TrainOptions Options, string? Files, TrainingProgress Progress)
{
    /// <summary>Path of a file in the out folder.</summary>
    public string Out(string name) => Path.Combine(Options.Out, name);

    /// <summary>The same context for one of several trainings, with a folder of its own in the out folder.</summary>
    /// <param name="name">The folder.</param>
    public RecipeContext Within(string name)
    {
        Directory.CreateDirectory(Out(name));
        return this with { Options = Options with { Out = Out(name) } };
    }

    /// <summary>What <c>--set</c> chose, or null where it chose nothing.</summary>
    public string? Setting(string name) => Options.Settings.GetValueOrDefault(name);

    /// <summary>What <c>--set</c> chose: a whole number above 0.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="otherwise">What holds where it chose nothing.</param>
    /// <exception cref="ArgumentMistake">It is no such number.</exception>
    public int Number(string name, int otherwise) => Setting(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw new ArgumentMistake($"{name} must be a whole number above 0, but is {text}.");

    /// <summary>What <c>--set</c> chose: one of the names of an enumeration, in small letters.</summary>
    /// <inheritdoc cref="Number"/>
    public T Choice<T>(string name, T otherwise) where T : struct, Enum => Setting(name) is not { } text ? otherwise
        : Enum.GetNames<T>().FirstOrDefault(known => known.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found ? Enum.Parse<T>(found)
        : throw new ArgumentMistake($"{name} must be one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}, but is {text}.");

    /// <summary>
    /// Trains by gradients as asked for: shows progress, keeps <c>metrics.csv</c> and checkpoints in the out folder, and
    /// goes on from the newest of them on <c>--resume</c>.
    /// </summary>
    /// <param name="trainer">With model, loss and optimiser.</param>
    /// <param name="data">What is learned from, and what the model is judged by.</param>
    /// <param name="batch">Samples in a step.</param>
    /// <param name="metric">The figure of the recipe, by its name among the trainer's metrics.</param>
    public RecipeResult Fit(Trainer trainer, DataPair data, int batch, string metric)
    {
        var metrics = Out("metrics.csv");
        TrainingRun? run = null;
        var history = trainer.Fit(
            data.Train, data.Test, Options.Epochs, batch,
            new MetricsFile(metrics, metric),
            new ReportProgress(progress =>
            {
                run = progress.Run;
                Show(progress, metric);
            }),
            new Checkpoints(Out("checkpoints"), Options.CheckpointEvery, resume: Options.Resume));

        // from the file and not from the history, because a resumed run is one run
        var rows = new MetricsLog(metrics).Read();
        double[] epochs = [.. rows.Select(row => (double)row.Epoch)];
        return new RecipeResult(
            history.Last.Judged[metric], run?.Samples ?? 0, run?.ElapsedHere.TotalSeconds ?? 0,
            [
                new Curve("training", epochs, [.. rows.Select(row => row.TrainLoss)]),
                new Curve("test", epochs, [.. rows.Select(row => row.ValidationLoss ?? double.NaN)]),
            ]);
    }

    /// <summary>The metric of <see cref="Fit"/> on the test set by epoch, as <c>metrics.csv</c> has it.</summary>
    /// <param name="name">What the legend says.</param>
    public Curve Judged(string name)
    {
        var rows = new MetricsLog(Out("metrics.csv")).Read();
        return new Curve(name, [.. rows.Select(row => (double)row.Epoch)], [.. rows.Select(row => row.Metric ?? double.NaN)]);
    }

    /// <summary>Shows how far a training is, with a figure by its name among the trainer's metrics.</summary>
    /// <param name="progress">What the trainer says.</param>
    /// <param name="metric">The figure.</param>
    /// <param name="everyEpoch">Whether the end of each epoch is shown however short the epochs are.</param>
    public void Show(in Progress progress, string metric, bool everyEpoch = true)
    {
        var run = progress.Run;
        Progress.Show(new TrainingState
        {
            Epoch = progress.Ended?.Epoch ?? run.Epoch + 1,
            Epochs = run.Epochs,
            Part = progress.Ended is null ? (double)run.Batch / run.Batches : 1,
            EpochDone = everyEpoch && progress.Ended is not null,
            Loss = progress.Loss,
            Metric = progress.Ended?.Judged[metric],
            MetricName = metric,
            SamplesPerSecond = progress.SamplesPerSecond,
            Left = progress.Left,
        });
    }
}
