using System.Globalization;

namespace GpuNN.Cli;

/// <summary>Lines for a file or a pipe: the first at once, then one a second at most, and one after each epoch.</summary>
public sealed class PlainProgress(TextWriter output, string metric, TimeProvider clock) : TrainingProgress(metric)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private long? last;

    /// <inheritdoc/>
    public override T Watch<T>(Func<T> training) => training();

    /// <inheritdoc/>
    public override void Say(string line)
    {
        output.WriteLine(line);
        output.Flush();
    }

    /// <inheritdoc/>
    public override void Show(in TrainingState state)
    {
        if (!state.EpochDone && last is { } before && clock.GetElapsedTime(before) < Pause)
            return;
        last = clock.GetTimestamp();
        var part = state.EpochDone ? "" : string.Create(CultureInfo.InvariantCulture, $"  {100 * state.Part:0} %");
        Say(string.Create(CultureInfo.InvariantCulture, $"{Words(state)}{part}  {Math.Ceiling(state.Left.TotalSeconds):0} s left"));
    }
}
