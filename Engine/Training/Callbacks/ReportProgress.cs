using System.Diagnostics;

namespace GpuNN;

/// <summary>Tells from time to time how far a training is.</summary>
/// <param name="report">Gets what there is to tell.</param>
/// <param name="every">Time between two reports; 0.2 s if null. The end of an epoch is always told.</param>
public sealed class ReportProgress(Action<Progress> report, TimeSpan? every = null) : Callback
{
    private readonly TimeSpan every = every ?? TimeSpan.FromSeconds(0.2);
    private long last;

    /// <inheritdoc/>
    public override void OnStepEnd(TrainingRun run)
    {
        if (Stopwatch.GetElapsedTime(last) >= every && run.Batch < run.Batches)
            Tell(run, null);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun run) => Tell(run, run.History.Last);

    private void Tell(TrainingRun run, EpochRecord? ended)
    {
        var rate = run.Samples / Math.Max(run.ElapsedHere.TotalSeconds, 1e-9);
        var left = (long)(run.Epochs - run.Epoch) * run.Train.Count - (long)run.Batch * run.BatchSize;
        report(new Progress(run, ended, ended?.Training.Loss ?? run.Loss, rate, TimeSpan.FromSeconds(Math.Min(Math.Max(left, 0) / Math.Max(rate, 1e-9), 1e8))));
        last = Stopwatch.GetTimestamp();
    }
}

/// <summary>How far a training is.</summary>
/// <param name="Run">The training: epoch, batch, step, history.</param>
/// <param name="Ended">The epoch that has just ended, or null within one.</param>
/// <param name="Loss">Mean loss over the batches of the epoch so far.</param>
/// <param name="SamplesPerSecond">Since Fit was called.</param>
/// <param name="Left">The time that the rest will take.</param>
public readonly record struct Progress(TrainingRun Run, EpochRecord? Ended, double Loss, double SamplesPerSecond, TimeSpan Left);
