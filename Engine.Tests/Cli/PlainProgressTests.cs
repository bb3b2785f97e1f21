using GpuNN.Cli;
using NUnit.Framework;

namespace GpuNN.Tests;

public sealed class PlainProgressTests
{
    [Test]
    public void The_first_step_is_shown_at_once_and_then_a_line_a_second()
    {
        using var output = new StringWriter();
        var clock = new HandClock();
        var progress = new PlainProgress(output, "accuracy", clock);
        for (var step = 0; step < 100; step++)
        {
            progress.Show(new TrainingState { Epoch = 1, Epochs = 1, Part = step / 100.0 });
            clock.Advance(TimeSpan.FromSeconds(0.05));
        }
        Assert.That(Lines(output), Has.Length.EqualTo(5));
    }

    [Test]
    public void Every_epoch_is_shown()
    {
        using var output = new StringWriter();
        var progress = new PlainProgress(output, "accuracy", new HandClock());
        for (var epoch = 1; epoch <= 4; epoch++)
            progress.Show(new TrainingState { Epoch = epoch, Epochs = 4, Part = 1, EpochDone = true, Metric = 0.5 });
        Assert.That(Lines(output), Has.Length.EqualTo(4));
    }

    private static string[] Lines(StringWriter output) => output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private sealed class HandClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public void Advance(TimeSpan time) => now += time.Ticks;
    }
}
