using System.Text.RegularExpressions;
using GpuNN.Cli;

namespace GpuNN.Tests;

/// <summary>Pictures of what a model makes of a table: they show the names and numbers that they were given.</summary>
public sealed class TablePlotTests
{
    private string file = "";

    [SetUp]
    public void MakeName() => file = Path.Combine(Path.GetTempPath(), $"gpunn-plot-{Guid.NewGuid():N}");

    [TearDown]
    public void RemoveFile() => File.Delete(file);

    [Test]
    public void Predictions_lie_between_named_axes()
    {
        PredictionPlot.Write(file, "cars", "mpg", [1, 2, 3], [1.5f, 2, 2.5f]);
        Assert.That(Texts(), Is.SupersetOf(new[] { "cars", "mpg, true", "mpg, predicted" }));
    }

    [Test]
    public void Many_predictions_are_thinned_out()
    {
        int Marks(int count)
        {
            float[] numbers = [.. Enumerable.Range(0, count).Select(row => (float)row)];
            PredictionPlot.Write(file, "", "y", numbers, numbers);
            return Regex.Count(File.ReadAllText(file), "<(circle|ellipse|path)");
        }
        Assert.That(Marks(20_000), Is.LessThan(Marks(2_000) + 20).And.GreaterThan(1_900));
    }

    [Test]
    public void A_confusion_matrix_shows_its_counts_below_the_names_of_the_answers()
    {
        ConfusionPlot.Write(file, "plants", new[,] { { 31, 2 }, { 17, 45 } }, ["elm", "oak"]);
        Assert.That(Texts(), Is.SupersetOf(new[] { "plants", "answer", "true class", "elm", "oak", "31", "2", "17", "45" }));
    }

    [Test]
    public void The_most_important_columns_are_shown()
    {
        ImportancePlot.Write(file, "rent", "growth of the error", Enumerable.Range(0, 40).Select(column => ($"column {column}", (double)column)));
        var names = Texts().Where(text => text.StartsWith("column ", StringComparison.Ordinal)).ToArray();
        Assert.That(names, Is.EquivalentTo(Enumerable.Range(10, 30).Select(column => $"column {column}")));
    }

    [Test]
    public void Effects_are_named_once_for_learned_and_true_curves()
    {
        EffectPlot.Write(file, "effects", [(new Curve("x1", [0, 1], [0, 1]), new Curve("x1", [0, 1], [0, 2]))]);
        Assert.That(Texts().Count(text => text == "x1"), Is.EqualTo(1));
    }

    private string[] Texts() => [.. Regex.Matches(File.ReadAllText(file), @">\s*([^<>]*[^<>\s])\s*</").Select(text => text.Groups[1].Value)];
}
