namespace GpuNN;

/// <summary>
/// Writes a line of figures after every epoch into a file of comma-separated values. A resumed training cuts the file back to its
/// checkpoint first.
/// </summary>
/// <param name="path">The file; its folder must exist.</param>
/// <param name="metric">The metric that stands in it; the trainer's first if null.</param>
public sealed class MetricsFile(string path, string? metric = null) : Callback
{
    private readonly MetricsLog log = new(path);

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingRun run) => log.CutBack(run.Step, run.Epoch);

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun run)
    {
        var epoch = run.History.Last;
        var name = metric ?? (run.Trainer.Metrics.Count > 0 ? run.Trainer.Metrics[0].Name : null);
        log.Append(new MetricsRow(epoch.Step, epoch.Epoch, epoch.Training.Loss, epoch.Validation?.Loss,
            name is null ? null : epoch.Judged[name], epoch.LearningRate, run.Elapsed.TotalSeconds));
    }
}
