using System.Globalization;
using System.Text.Json;
using GpuNN.Cli;

namespace GpuNN.Tests;

/// <summary>The recipe for any table, from files to answers.</summary>
public sealed class TabularRecipeTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("gpunn-tabular-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    private string Out => Path.Combine(folder, "out");

    private CommandRun Train(params string[] more) => CommandRun.Of(
        ["train", "tabular", "--device", "cpu", "--data", folder, "--out", Out, "--epochs", "8", "--json", .. more]);

    // without a header: an identifier, a number with gaps, a level, and the class that both decide
    private void WriteClasses() => File.WriteAllLines(Path.Combine(folder, "plants.csv"), Enumerable.Range(1, 60).Select(row =>
        string.Create(CultureInfo.InvariantCulture, $"{row},{(row % 9 == 0 ? "" : row % 7 + 0.5)},{(row % 2 == 0 ? 1.5 : 2.5)},{(row % 2 == 0 ? "oak" : "elm")}")));

    [Test]
    public void A_file_without_names_is_classified_and_every_row_answered_once()
    {
        WriteClasses();
        var run = Train("--set", "folds=3");
        Assert.That(run.Error, Is.Empty);
        using var outcome = JsonDocument.Parse(run.OutputLines[^1]);
        var predictions = File.ReadAllLines(Path.Combine(Out, "predictions.csv"));
        Assert.Multiple(() =>
        {
            Assert.That(run.Output, Does.Contain("Classification of column 4 (the only column of categories) from column 2, column 3"));
            Assert.That(run.Output, Does.Contain("left out: column 1 (Identifier)"));
            Assert.That(outcome.RootElement.GetProperty("metric").GetString(), Is.EqualTo("accuracy"));
            Assert.That(outcome.RootElement.GetProperty("value").GetDouble(), Is.EqualTo(1));
            Assert.That(predictions[0], Is.EqualTo("row,true,predicted"));
            Assert.That(predictions.Skip(1).Select(line => line.Split(',')[0]), Is.EqualTo(Enumerable.Range(0, 60).Select(row => $"{row}")));
            Assert.That(predictions[1], Is.EqualTo("0,elm,elm"));
            Assert.That(File.ReadAllLines(Path.Combine(Out, "folds.csv")), Has.Length.EqualTo(4));
            Assert.That(new[] { "confusion.svg", "importance.svg", "loss.svg" }.All(name => File.Exists(Path.Combine(Out, name))));
        });
    }

    [Test]
    public void A_told_target_of_numbers_is_a_regression_against_a_goal()
    {
        Directory.CreateDirectory(Path.Combine(folder, "cars"));
        File.WriteAllLines(Path.Combine(folder, "cars", "cars.csv"), ["use,weight,origin",
            .. Enumerable.Range(0, 60).Select(row => string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(row - 30)},{row},{(row % 2 == 0 ? "a" : "b")}"))]);
        var run = Train("--set", "file=cars/cars.csv", "--set", "target=use", "--set", "folds=2", "--set", "goal=-5");
        Assert.That(run.Error, Is.Empty);
        using var outcome = JsonDocument.Parse(run.OutputLines[^1]);
        using var record = JsonDocument.Parse(File.ReadAllText(Path.Combine(Out, "run.json")));
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.Reached));
            Assert.That(outcome.RootElement.GetProperty("metric").GetString(), Is.EqualTo("gain on linear regression"));
            Assert.That(outcome.RootElement.GetProperty("target").GetDouble(), Is.EqualTo(-5));
            Assert.That(record.RootElement.GetProperty("options").GetProperty("settings").GetProperty("target").GetString(), Is.EqualTo("use"));
            Assert.That(File.Exists(Path.Combine(Out, "predicted.svg")));
        });
    }

    [Test]
    public void Mistakes_are_bad_arguments_that_say_what_there_is()
    {
        Refuses(["--set", "colour=red"], "no setting colour", "file, target, task");
        Refuses([], "which CSV file", "has 0");
        WriteClasses();
        Directory.CreateDirectory(Path.Combine(folder, "more"));
        File.WriteAllText(Path.Combine(folder, "more", "cars.csv"), "a,b\n1,2\n");
        Refuses(["--set", "file=trees.csv"], "no file trees.csv", "plants.csv, more/cars.csv");
        Refuses(["--set", "target=colour"], "no column 'colour'", "column 1, column 2");
        Refuses(["--set", "task=guessing"], "regression or classification", "guessing");
        Refuses(["--set", "folds=61"], "2 to the 60 rows");
        Refuses(["--set", "goal=high"], "goal must be a number");
        File.WriteAllText(Path.Combine(folder, "second.csv"), "a,b\n1,2\n");
        Refuses([], "has 2", "plants.csv, second.csv");
    }

    [Test]
    public void A_file_needs_a_folder()
    {
        var run = CommandRun.Of("train", "tabular", "--set", "file=x.csv", "--out", Out);
        Assert.That(run.Code, Is.EqualTo(ExitCode.BadArguments));
        Assert.That(run.Error, Does.Contain("--data DIR"));
    }

    private void Refuses(string[] arguments, params string[] parts)
    {
        var run = Train(arguments);
        Assert.That(run.Code, Is.EqualTo(ExitCode.BadArguments), run.Error);
        foreach (var part in parts)
            Assert.That(run.Error, Does.Contain(part));
    }
}
