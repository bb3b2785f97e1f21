using GpuNN.Cli;
using NUnit.Framework;

namespace GpuNN.Tests;

public sealed class PlainProgressTests
{
    [Test]
    public void At_most_a_line_a_second_between_epochs()
    {
        using var output = new StringWriter();
        var clock = new HandClock();
        var progress = new PlainProgress(output, "accuracy", clock);
        for (var step = 0; step < 100; step++)
        {
            progress.Report(new TrainingState(1, 1, step / 100.0, 1, null, 500));
            clock.Advance(TimeSpan.FromSeconds(0.05));
        }
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(5));
    }

    [Test]
    public void The_time_left_is_what_the_rest_takes_at_the_same_pace()
    {
        using var output = new StringWriter();
        var clock = new HandClock();
        var progress = new PlainProgress(output, "accuracy", clock);
        progress.Report(new TrainingState(3, 4, 0, 1, null, 500));   // a resumed run: half was done before it started
        clock.Advance(TimeSpan.FromSeconds(10));
        progress.EpochDone(new TrainingState(3, 4, 1, 1, 0.5, 500));
        Assert.That(output.ToString(), Does.Contain("10 s left"));
    }

    private sealed class HandClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public void Advance(TimeSpan time) => now += time.Ticks;
    }
}
