using Spectre.Console;

namespace GpuNN.Cli;

/// <summary>A bar for a person at a terminal: loss, metric, rate and time left, and a line after each epoch.</summary>
public sealed class BarProgress(IAnsiConsole screen, string metric, TimeProvider clock) : TrainingProgress(metric, clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private ProgressTask? task;
    private long? last;

    /// <inheritdoc/>
    public override T Watch<T>(Func<T> training)
    {
        var columns = new ProgressColumn[] { new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left } };
        return screen.Progress().AutoClear(true).Columns(columns).Start(bars =>
        {
            task = bars.AddTask("starting", maxValue: 1);
            return training();
        });
    }

    /// <inheritdoc/>
    public override void Say(string line) => screen.WriteLine(line);

    /// <inheritdoc/>
    protected override void Show(in TrainingState state, bool epochDone)
    {
        var left = TimeLeft(state);
        if (epochDone)
            Say(Words(state));
        if (task is null || (!epochDone && last is { } before && Clock.GetElapsedTime(before) < Pause))
            return;
        last = Clock.GetTimestamp();
        task.Value = state.Done;
        task.Description = Markup.Escape(left is { } time ? $"{Words(state)}  {time:mm\\:ss} left" : Words(state));
    }
}
