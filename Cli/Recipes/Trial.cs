using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// One of several trainings of a recipe that compares models or seeds. Progress is shown; nothing is saved on the way, so a
/// run that was stopped makes it again.
/// </summary>
/// <param name="Name">What is different in this one.</param>
/// <param name="Trainer">With its trained model.</param>
/// <param name="History">What happened in each epoch.</param>
/// <param name="Samples">Training samples worked through.</param>
public sealed record Trial(string Name, Trainer Trainer, History History, long Samples)
{
    /// <summary>Trains, and says what came of it in a line.</summary>
    /// <param name="context">Epochs, and whom to tell.</param>
    /// <param name="name">What is different in this training.</param>
    /// <param name="trainer">With model, loss and optimiser.</param>
    /// <param name="train">What is learned from.</param>
    /// <param name="test">What the model is judged by; null for the training set.</param>
    /// <param name="batch">Samples in a step.</param>
    /// <param name="metric">The figure that is told, by its name among the trainer's metrics.</param>
    public static Trial Run(RecipeContext context, string name, Trainer trainer, DataSet train, DataSet? test, int batch, string metric)
    {
        var epochs = context.Options.Epochs;
        var history = trainer.Fit(train, test, epochs, batch, new ReportProgress(progress => context.Show(progress, metric, everyEpoch: false)));
        context.Progress.Say(string.Create(CultureInfo.InvariantCulture,
            $"{name}: training loss {history.Last.Training.Loss:0.0000}, {metric} {history.Last.Judged[metric]:0.0000}"));
        return new Trial(name, trainer, history, (long)epochs * train.Count);
    }

    /// <summary>Seconds that it took.</summary>
    public double Seconds => History.Sum(epoch => epoch.Seconds);

    /// <summary>The training loss by epoch.</summary>
    public Curve Loss => CurveOf(epoch => epoch.Training.Loss);

    /// <summary>The accuracy by epoch on the test set, where there is one.</summary>
    public Curve Accuracy => CurveOf(epoch => epoch.Judged.Accuracy);

    private Curve CurveOf(Func<EpochRecord, double> figure) =>
        new(Name, [.. History.Select(epoch => (double)epoch.Epoch)], [.. History.Select(figure)]);
}
