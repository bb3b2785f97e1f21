using System.Diagnostics;
using System.Globalization;
using System.Text;
using GpuNN.Cli;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Every recipe runs short: it learns, in seconds, and writes what it promises. Its full target is a matter of a script.</summary>
public sealed class RecipeTests
{
    /// <summary>Seconds that a short run may take on two cores; three times as many before it fails, for other work on the machine.</summary>
    private const double Wished = 3;

    private static IEnumerable<string> Names => RecipeList.All.Select(recipe => recipe.Name);

    [TestCaseSource(nameof(Names))]
    public void A_short_run_learns(string name)
    {
        var folder = Directory.CreateTempSubdirectory("gpunn-recipe-").FullName;
        try
        {
            var recipe = RecipeList.Find(name);
            var options = new TrainOptions { Device = "cpu", Short = true, Epochs = recipe.ShortEpochs, Out = folder };
            using var output = new StringWriter();
            var start = Stopwatch.GetTimestamp();
            TrainJob.Run(recipe, options, Terminal.Plain(output, TextWriter.Null), out var result);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {seconds:0.00} s"));
            var losses = result.Curves[0].Y;
            Assert.Multiple(() =>
            {
                Assert.That(losses, Has.Count.GreaterThanOrEqualTo(2).And.All.Matches<double>(double.IsFinite), "a loss for each of at least two epochs");
                Assert.That(losses[^1], Is.LessThan(losses[0]), "the loss falls");
                Assert.That(seconds, Is.LessThan(3 * Wished), "a short run is short");
                Assert.That(File.Exists(Path.Combine(folder, "loss.svg")));
                Assert.That(File.Exists(Path.Combine(folder, "run.json")));
                Assert.That(Directory.Exists(Path.Combine(folder, "checkpoints")), Is.EqualTo(recipe.Resumes), "checkpoints where it says that it resumes");
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void The_table_of_the_readme_lists_every_recipe() => GeneratedTable.Check("recipes", Table());

    private static string Table()
    {
        var text = new StringBuilder("| recipe | chapter | trains | on its own data | metric | target | with `--data` | target there |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var recipe in RecipeList.All)
            text.Append(CultureInfo.InvariantCulture, $"| `{recipe.Name}` | {recipe.Chapter} | {recipe.Title} | {recipe.OwnData} | {recipe.Metric} | {recipe.Target(onFiles: false)} | {(recipe.DataFolder is { } folder ? $"`{folder}`" : "")} | {(recipe.DataFolder is null ? "" : recipe.Target(onFiles: true).ToString(CultureInfo.InvariantCulture))} |\n");
        return text.ToString();
    }
}
