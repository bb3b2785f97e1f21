using System.Globalization;

namespace GpuNN.Cli;

/// <summary>Tells whoever started a training how it goes.</summary>
public abstract class TrainingProgress(string metric, TimeProvider clock)
{
    private double? doneAtStart;
    private long start;

    /// <summary>The bar where a person watches, plain lines elsewhere.</summary>
    public static TrainingProgress For(Terminal terminal, string metric) =>
        terminal.Interactive
            ? new BarProgress(terminal.Screen, metric, TimeProvider.System)
            : new PlainProgress(terminal.Output, metric, TimeProvider.System);

    /// <summary>The clock by which reports are spaced.</summary>
    protected TimeProvider Clock { get; } = clock;

    /// <summary>Runs the training while its progress is shown.</summary>
    public abstract T Watch<T>(Func<T> training);

    /// <summary>Shows a line of its own.</summary>
    public abstract void Say(string line);

    /// <summary>Takes the state after a step; may be called after every one.</summary>
    public void Report(in TrainingState state) => Show(state, epochDone: false);

    /// <summary>Takes the state after an epoch.</summary>
    public void EpochDone(in TrainingState state) => Show(state, epochDone: true);

    /// <summary>Shows the state, or leaves it out because the last one is too fresh.</summary>
    protected abstract void Show(in TrainingState state, bool epochDone);

    /// <summary>Loss, metric and rate in words.</summary>
    protected string Words(in TrainingState state)
    {
        var measured = state.Metric is { } value
            ? string.Create(CultureInfo.InvariantCulture, $"  {metric} {value:0.0000}")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {state.Epoch}/{state.Epochs}  loss {state.Loss:0.0000}{measured}  {state.SamplesPerSecond:#,0} samples/s");
    }

    /// <summary>
    /// The time left if the rest takes as long as what was done since the first report; null while nothing can be said.
    /// A resumed training does not start from 0, so its first report sets the mark.
    /// </summary>
    protected TimeSpan? TimeLeft(in TrainingState state)
    {
        if (doneAtStart is not { } first)
        {
            doneAtStart = state.Done;
            start = Clock.GetTimestamp();
            return null;
        }
        var gained = state.Done - first;
        return gained > 0 ? Clock.GetElapsedTime(start) * ((1 - state.Done) / gained) : null;
    }
}
