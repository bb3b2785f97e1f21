using System.Diagnostics;
using GpuNN.Cli;

namespace GpuNN.Tests;

/// <summary>A training of the built program, killed by signal 9 at random moments and resumed, ends as if nothing had happened.</summary>
[Category("Long")]
public sealed class KillTests
{
    private const int Kills = 20;
    private const int Epochs = 16;
    private const int StepsOfEpoch = 5;

    private TemporaryFolder folder = null!;
    private string Data => folder["data"];
    private string Killed => folder["killed"];
    private string Undisturbed => folder["undisturbed"];

    [SetUp]
    public void MakeFolder()
    {
        folder = new TemporaryFolder();
        DigitFiles.Write(Data, train: StepsOfEpoch * 128);
    }

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Killed_20_times_and_resumed_ends_with_the_same_bits()
    {
        var (firstCheckpoint, step) = Pace();
        var random = new Random(20);
        var resumed = 0;
        for (var kill = 0; kill < Kills;)
        {
            var before = Newest(Killed);
            using var life = Start(Killed);
            // half of the lives end before they have got anywhere, the others around a checkpoint
            if (random.Next(2) == 0)
                Wait(life, TimeSpan.FromSeconds(random.NextDouble() * firstCheckpoint.TotalSeconds), until: () => false);
            else
            {
                Wait(life, TimeSpan.MaxValue, until: () => string.CompareOrdinal(Newest(Killed), before) > 0);
                Wait(life, random.NextDouble() * 1.5 * step, until: () => false);
            }
            if (life.HasEnded)
            {
                // it was faster than thought: what it made must be right, and the rest of the kills go to another run
                Finish(life);
                Directory.Delete(Killed, recursive: true);
                continue;
            }
            life.Kill();
            kill++;
            resumed += Newest(Killed).Length > 0 ? 1 : 0;
        }
        using var last = Start(Killed);
        Finish(last);
        Assert.That(resumed, Is.GreaterThan(Kills / 4), "lives that had a checkpoint to go on from");
        Assert.That(Directory.GetFiles(Killed, "*.tmp", SearchOption.AllDirectories), Is.Empty);
    }

    /// <summary>Trains undisturbed, and tells how long the first checkpoint and a step take.</summary>
    private (TimeSpan FirstCheckpoint, TimeSpan Step) Pace()
    {
        var start = Stopwatch.GetTimestamp();
        using var program = Start(Undisturbed);
        Wait(program, TimeSpan.MaxValue, until: () => Newest(Undisturbed).Length > 0);
        var first = Stopwatch.GetElapsedTime(start);
        Check(program);
        return (first, (Stopwatch.GetElapsedTime(start) - first) / (Epochs * StepsOfEpoch));
    }

    private BuiltProgram Start(string target) => new(
        "train", "mlp", "--device", "cpu", "--data", Data, "--epochs", $"{Epochs}", "--seed", "3", "--out", target, "--resume", "--checkpoint-every", "2");

    private void Finish(BuiltProgram program)
    {
        Check(program);
        OutFolder.Same(Killed, Undisturbed, "killed and resumed");
    }

    private static void Check(BuiltProgram program)
    {
        var (code, _, error) = program.End();
        Assert.That(code, Is.EqualTo(ExitCode.Reached).Or.EqualTo(ExitCode.Missed), error);
    }

    private static void Wait(BuiltProgram program, TimeSpan most, Func<bool> until)
    {
        var start = Stopwatch.GetTimestamp();
        while (!program.HasEnded && Stopwatch.GetElapsedTime(start) < most && !until())
            Thread.Sleep(1);
    }

    /// <summary>The name of the newest whole checkpoint; names order by step. Empty if there is none.</summary>
    private static string Newest(string target)
    {
        var checkpoints = Path.Combine(target, "checkpoints");
        return Directory.Exists(checkpoints)
            ? Directory.GetFiles(checkpoints, "*.safetensors").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).LastOrDefault("")
            : "";
    }
}
