using System.Globalization;

namespace GpuNN.Cli;

/// <summary>Lines for a file or a pipe: the first at once, then one a second at most, and one after each epoch.</summary>
public sealed class PlainProgress(TextWriter output, string metric, TimeProvider clock) : TrainingProgress(metric, clock)
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
    protected override void Show(in TrainingState state, bool epochDone)
    {
        var left = TimeLeft(state);
        if (!epochDone && last is { } before && Clock.GetElapsedTime(before) < Pause)
            return;
        last = Clock.GetTimestamp();
        var part = epochDone ? "" : string.Create(CultureInfo.InvariantCulture, $"  {100 * state.Part:0} %");
        var rest = left is { } time ? string.Create(CultureInfo.InvariantCulture, $"  {Math.Ceiling(time.TotalSeconds):0} s left") : "";
        Say(Words(state) + part + rest);
    }
}
