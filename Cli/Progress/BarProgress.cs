using Spectre.Console;

namespace GpuNN.Cli;

/// <summary>A bar for a person at a terminal: loss, metric, rate and time left, and a line after each epoch.</summary>
public sealed class BarProgress(IAnsiConsole screen, string metric) : TrainingProgress(metric)
{
    private ProgressTask? task;

    /// <inheritdoc/>
    public override T Watch<T>(Func<T> training)
    {
        ProgressColumn[] columns = [new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }];
        return screen.Progress().AutoClear(true).Columns(columns).Start(bars =>
        {
            task = bars.AddTask("starting", maxValue: 1);
            return training();
        });
    }

    /// <inheritdoc/>
    public override void Say(string line) => screen.WriteLine(line);

    /// <inheritdoc/>
    public override void Show(in TrainingState state)
    {
        if (state.EpochDone)
            Say(Words(state));
        if (task is null)
            return;
        task.Value = state.Done;
        task.Description = Markup.Escape($"{Words(state)}  {(int)state.Left.TotalMinutes:00}:{state.Left.Seconds:00} left");
    }
}
