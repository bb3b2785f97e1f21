using System.Text.Json;
using GpuNN.Cli;
using NUnit.Framework;

namespace GpuNN.Tests;

public sealed class TrainCommandTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("gpunn-mlp-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_recipe_without_checkpoints_does_not_pretend_to_resume()
    {
        var run = CommandRun.Of("train", "spirals", "--device", "cpu", "--short", "--resume", "--out", folder);
        Assert.That(run.Code, Is.EqualTo(ExitCode.BadArguments));
        Assert.That(run.Error, Does.Contain("keeps no checkpoints"));
    }

    [Test]
    public void A_recipe_writes_its_files_and_says_how_it_went()
    {
        var first = CommandRun.Of("train", "mlp", "--device", "cpu", "--epochs", "1", "--seed", "5", "--out", folder, "--json");
        using var outcome = JsonDocument.Parse(first.OutputLines[^1]);
        var reached = outcome.RootElement.GetProperty("reached").GetBoolean();
        Assert.Multiple(() =>
        {
            Assert.That(first.Code, Is.EqualTo(reached ? ExitCode.Reached : ExitCode.Missed));
            Assert.That(outcome.RootElement.GetProperty("value").GetDouble(), Is.GreaterThan(0.8));
            Assert.That(outcome.RootElement.GetProperty("device").GetString(), Is.EqualTo("cpu"));
            Assert.That(
                Directory.GetFiles(folder).Select(Path.GetFileName),
                Is.SupersetOf(new[] { "model.safetensors", "metrics.csv", "loss.svg", "run.json", "mistakes.png", "mistakes.csv", "units.png" }));
        });

        // a second run goes on behind the first epoch; its figures stand in one file with the first's
        var second = CommandRun.Of("train", "mlp", "--device", "cpu", "--epochs", "2", "--seed", "5", "--out", folder, "--resume");
        Assert.Multiple(() =>
        {
            Assert.That(second.Output, Does.Contain("epoch 2/2").And.Not.Contain("epoch 1/2"));
            Assert.That(File.ReadAllLines(Path.Combine(folder, "metrics.csv")), Has.Length.EqualTo(3));
        });
    }

    [Test]
    public void The_main_job_learns_and_writes_its_pictures()
    {
        DigitFiles.Write(folder);
        var target = Path.Combine(folder, "out");
        var run = CommandRun.Of("train", "lenet", "--device", "cpu", "--data", folder, "--epochs", "2", "--out", target, "--json");
        Assert.That(run.Error, Is.Empty);
        using var outcome = JsonDocument.Parse(run.OutputLines[^1]);
        var losses = new MetricsLog(Path.Combine(target, "metrics.csv")).Read().Select(row => row.TrainLoss).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(losses, Has.Length.EqualTo(2));
            Assert.That(losses[1], Is.LessThan(0.95 * losses[0]));
            Assert.That(outcome.RootElement.GetProperty("target").GetDouble(), Is.EqualTo(0.991));
            Assert.That(
                Directory.GetFiles(target).Select(Path.GetFileName),
                Is.SupersetOf(new[] { "model.safetensors", "metrics.csv", "loss.svg", "run.json", "mistakes.png", "mistakes.csv", "filters.png" }));
        });
    }

    [Test]
    public void An_unknown_device_is_a_bad_argument_and_leaves_nothing_behind()
    {
        var target = Path.Combine(folder, "out");
        var run = CommandRun.Of("train", "mlp", "--device", "abacus:0", "--out", target);
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.BadArguments));
            Assert.That(run.Error, Does.Contain("abacus:0").And.Contain("cpu"));
            Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
            Assert.That(Directory.Exists(target), Is.False);
        });
    }

    [Test]
    public void A_damaged_file_is_a_failure_that_names_the_file()
    {
        Directory.CreateDirectory(Path.Combine(folder, "mnist"));
        File.WriteAllBytes(Path.Combine(folder, "mnist", "train-images-idx3-ubyte"), [0, 0, 8, 3, 0]);
        var run = CommandRun.Of("train", "mlp", "--device", "cpu", "--data", folder, "--out", Path.Combine(folder, "out"));
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.Failure));
            Assert.That(run.Error, Does.Contain("train-images-idx3-ubyte"));
            Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
        });
    }

    [Test]
    public void The_devices_are_listed()
    {
        var run = CommandRun.Of("devices");
        Assert.That(run.Output, Does.Contain("cpu").And.Contain("ilgpu-cpu"));
    }
}
