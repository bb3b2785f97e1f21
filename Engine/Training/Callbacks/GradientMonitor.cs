namespace GpuNN;

/// <summary>
/// Watches whether gradients vanish or explode while a model is trained: norms by layer before the first step and after every epoch,
/// on the first samples of the training set. A training without it pays nothing; one with it, two passes over these samples an epoch.
/// </summary>
/// <param name="samples">How many samples it looks at.</param>
/// <param name="report">Told of every report as it is made; null keeps it to <see cref="Reports"/>.</param>
public sealed class GradientMonitor(int samples = 256, Action<GradientReport>? report = null) : Callback
{
    private readonly List<GradientReport> reports = [];
    private GradientProbe? probe;

    /// <summary>What was measured, in the order of the steps.</summary>
    public IReadOnlyList<GradientReport> Reports => reports;

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingRun run)
    {
        if (samples < 1)
            throw new ArgumentOutOfRangeException(nameof(samples), $"GradientMonitor: needs at least one sample to look at, but got {samples}.\nTry 256.");
        probe = new GradientProbe(run.Trainer.Device, run.Trainer.Model, run.Trainer.Loss);
        Measure(run);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun run) => Measure(run);

    private void Measure(TrainingRun run)
    {
        reports.Add(probe!.Measure(run.Train.Take(samples), run.Step));
        report?.Invoke(reports[^1]);
    }
}
