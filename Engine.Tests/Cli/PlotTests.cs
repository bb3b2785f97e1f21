using System.Text.RegularExpressions;
using GpuNN.Cli;
using NUnit.Framework;
using SkiaSharp;

namespace GpuNN.Tests;

public sealed class PlotTests
{
    private string file = "";

    [SetUp]
    public void MakeName() => file = Path.Combine(Path.GetTempPath(), $"gpunn-plot-{Guid.NewGuid():N}");

    [TearDown]
    public void RemoveFile() => File.Delete(file);

    [Test]
    public void A_loss_plot_leaves_out_what_is_not_finite()
    {
        LossPlot.Write(file, "mlp", [new Curve("train", [1, 2, 3], [0.5, double.NaN, 0.2]), new Curve("test", [1], [double.NaN])]);
        var svg = File.ReadAllText(file);
        Assert.That(svg, Does.Contain("<svg").And.Not.Contain("NaN"));
    }

    [Test]
    public void A_loss_plot_has_whole_epochs()
    {
        LossPlot.Write(file, "mlp", [new Curve("train", [1, 2], [500, 200])]);
        var texts = Regex.Matches(File.ReadAllText(file), @">\s*([\d.]+)\s*<").Select(text => text.Groups[1].Value);
        Assert.That(texts, Is.SupersetOf(new[] { "1", "2" }).And.None.Contains("."));
    }

    [Test]
    public void Attention_maps_are_darkest_where_most_is_looked_at()
    {
        var name = $"{file}.png";
        AttentionMap.Write(name, ["head"], [[1, 0, 0, 0]], ["a", "b"], ["x", "y"]);
        using (var sheet = SKBitmap.Decode(name))
        {
            var dark = Enumerable.Range(0, sheet.Width * sheet.Height).Select(i => (X: i % sheet.Width, Y: i / sheet.Width))
                .Where(at => sheet.GetPixel(at.X, at.Y) is { Blue: > 150, Red: < 100 }).ToArray();
            Assert.That(dark, Has.Length.GreaterThan(100));
            Assert.That(dark.Average(at => at.X), Is.LessThan(sheet.Width * 0.6));
            Assert.That(dark.Average(at => at.Y), Is.LessThan(sheet.Height * 0.5), "the first query stands above");
        }
        File.Delete(name);
        Assert.That(() => AttentionMap.Write(name, ["head"], [[1, 0, 0]], ["a", "b"], ["x", "y"]), Throws.ArgumentException.With.Message.Contains("2 x 2 weights"));
    }

    [Test]
    public void Heat_maps_have_the_first_row_at_the_top_and_one_scale()
    {
        var name = $"{file}.png";
        HeatMap.Write(name, "step", "slot", new HeatPanel("left", [1, 1, 0, 0], 2), new HeatPanel("right", [0, 0, 0, 0], 2));
        using (var sheet = SKBitmap.Decode(name))
        {
            var panel = sheet.Width / 2;
            SKColor At(int x, double share) => sheet.GetPixel(x, (int)(sheet.Height * share));
            Assert.That(At(panel / 2, 0.25), Is.Not.EqualTo(At(panel / 2, 0.7)), "the rows differ");
            Assert.That(At(panel + panel / 2, 0.25), Is.EqualTo(At(panel / 2, 0.7)), "0 is the same colour on the right");
        }
        File.Delete(name);
        Assert.That(() => HeatMap.Write(name, "x", "y", new HeatPanel("odd", [1, 2, 3], 2)), Throws.ArgumentException.With.Message.Contains("whole rows"));
    }

    [Test]
    public void Panels_stand_side_by_side()
    {
        var name = $"{file}.png";
        Curve[] curves = [new("mean", [1, 2], [0.2, 0.9]), new("mean", [1, 2], [0.1, 0.8]), new("other", [2], [0.5])];
        PanelPlot.Write(name, "epoch", "accuracy", new Panel("left", curves), new Panel("right", curves));
        using (var sheet = SKBitmap.Decode(name))
            Assert.That((sheet.Width, sheet.Height), Is.EqualTo((840, 450)));
        File.Delete(name);
        Assert.That(() => PanelPlot.Write(name, "x", "y"), Throws.ArgumentException.With.Message.Contains("at least one panel"));
    }

    [Test]
    public void A_sheet_shows_each_picture_at_its_place()
    {
        ImageSheet.Write(file, [[0, 1, 2, -1, 0, 1], [1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0]], width: 3, columns: 2, zoom: 2);
        using var sheet = SKBitmap.Decode(file);
        Assert.Multiple(() =>
        {
            Assert.That((sheet.Width, sheet.Height), Is.EqualTo((2 + 2 * 8, 2 + 2 * 6)));
            Assert.That(sheet.GetPixel(2, 2).Red, Is.Zero);
            Assert.That(sheet.GetPixel(4, 2).Red, Is.EqualTo(255));
            Assert.That(sheet.GetPixel(6, 2).Red, Is.EqualTo(255), "above 1 is white");
            Assert.That(sheet.GetPixel(2, 4).Red, Is.Zero, "below 0 is black");
            Assert.That(sheet.GetPixel(10, 2).Red, Is.EqualTo(255), "the second picture");
        });
    }

    [Test]
    public void A_sheet_refuses_pictures_of_different_sizes() =>
        Assert.That(
            () => ImageSheet.Write(file, [[0, 1], [0, 1, 2]], width: 2, columns: 2),
            Throws.ArgumentException.With.Message.Contains("multiple of the width 2"));

    [Test]
    public void A_caption_stands_below_its_picture()
    {
        ImageSheet.Write(file, [[0, 0, 0, 0], [0, 0, 0, 0]], width: 2, columns: 2, zoom: 20, captions: ["1→7", ""]);
        using var sheet = SKBitmap.Decode(file);
        var (ground, rows) = (sheet.GetPixel(0, 0), Enumerable.Range(42, sheet.Height - 42).ToArray());
        int Dots(int left) => rows.Sum(y => Enumerable.Range(left, 40).Count(x => sheet.GetPixel(x, y) != ground)) / 4;
        Assert.Multiple(() =>
        {
            Assert.That(sheet.Height, Is.EqualTo(2 + 40 + 2 + 7 * 2 + 8));
            Assert.That(Dots(2), Is.EqualTo(10 + 9 + 11), "dots of 1, of the arrow and of 7");
            Assert.That(Dots(44), Is.Zero);
        });
    }

    [TestCase("cat", "'c'")]
    [TestCase(null, "caption for each of its 2 pictures, but got 1")]
    public void A_sheet_refuses_captions_that_it_cannot_write(string? second, string named)
    {
        string[] captions = second is null ? ["1"] : ["1", second];
        Assert.That(() => ImageSheet.Write(file, [[0], [0]], width: 1, columns: 2, captions: captions), Throws.ArgumentException.With.Message.Contains(named));
    }

    [Test]
    public void A_filter_is_scaled_to_its_own_range_around_the_grey_of_zero()
    {
        FilterSheet.Write(file, [[0, 2, -1, -2], [0, 0.5f, 0.25f, 0], [0, 0, 0, 0]], width: 2, columns: 3);
        using var sheet = SKBitmap.Decode(file);
        byte At(int filter, int x, int y) => sheet.GetPixel(2 + filter * 86 + 42 * x + 20, 2 + 42 * y + 20).Red;
        Assert.Multiple(() =>
        {
            Assert.That(new[] { At(0, 0, 0), At(0, 1, 0), At(0, 0, 1), At(0, 1, 1) }, Is.EqualTo(new[] { 127, 255, 63, 0 }));
            Assert.That(new[] { At(1, 0, 0), At(1, 1, 0), At(1, 0, 1) }, Is.EqualTo(new[] { 127, 255, 191 }));
            Assert.That(new[] { At(2, 0, 0), At(2, 1, 1) }, Is.EqualTo(new[] { 127, 127 }));
        });
    }

    [Test]
    public void The_strongest_unit_is_the_one_with_large_weights_on_both_sides()
    {
        var (first, second) = (new Dense(2, 3), new Dense(3, 1));
        first.Weight.Set([1, 5, 2, 0, 0, 2]);
        second.Weight.Set([3, 0.1f, -4]);
        Assert.That(FilterSheet.StrongestUnits(first, second), Is.EqualTo(new float[][] { [2, 2], [1, 0], [5, 0] }));
        Assert.That(() => FilterSheet.StrongestUnits(first, new Dense(2, 1)), Throws.ArgumentException.With.Message.Contains("neighbours"));
    }

    [Test]
    public void The_heaviest_units_of_a_maxout_layer_come_piece_by_piece()
    {
        var layer = new Maxout(2, 3, pieces: 2);
        layer.Weight.Set([1, 0, 2, 0, 5, 1, /* the second input */ 0, 0, 2, 3, 0, 0]);
        Assert.That(FilterSheet.HeaviestUnits(layer), Is.EqualTo(new float[][][] { [[5, 0], [0, 0]], [[0, 3], [1, 0]], [[2, 2], [1, 0]] }));
    }

    [Test]
    public void The_map_of_winners_shows_the_pairs_that_differ_most()
    {
        var items = DataSet.WithLabels([0, 0, 0, 0], [1], [0, 0, 1, 1], classes: 2);
        // Four units are two pairs: in the second one the first unit wins for class 0 and the other for class 1.
        WinnerMap.Write(file, [1, 0, 2, 0, 0, -1, 3, 0, 1, 0, 0, 1, 0, 1, 0, 1], items, units: 4, pairs: 1);
        var text = File.ReadAllText(file);
        Assert.That(text, Does.Contain("<svg").And.Contain("How often the first unit of a pair wins").And.Contain("1 pairs of units"));
    }

    [Test]
    public void Mistakes_are_listed_the_surest_first_and_drawn_with_true_and_predicted_class()
    {
        var test = DataSet.WithLabels([0, 0, 1, 1, 0, 1, 1, 0], [1, 1, 2], [0, 1, 1, 0], classes: 2);
        var mistakes = MistakeSheet.Write(file, test, [2, 1, 1, 0, 0, 3, 0, 3]);
        try
        {
            Assert.Multiple(() =>
            {
                Assert.That(mistakes, Is.EqualTo(2));
                Assert.That(File.ReadAllLines($"{file}.csv"), Is.EqualTo(new[] { "item,true,predicted,probability", "3,0,1,0.9526", "1,1,0,0.7311" }));
                using var sheet = SKBitmap.Decode($"{file}.png");
                Assert.That((sheet.GetPixel(3, 3).Red, sheet.GetPixel(6, 3).Red), Is.EqualTo((255, 0)), "item 3");
            });
            // a better model later leaves no old picture behind
            Assert.That(MistakeSheet.Write(file, test, [2, 1, 0, 1, 0, 3, 3, 0]), Is.Zero);
            Assert.That(File.Exists($"{file}.png"), Is.False);
        }
        finally
        {
            File.Delete($"{file}.png");
            File.Delete($"{file}.csv");
        }
    }
}
