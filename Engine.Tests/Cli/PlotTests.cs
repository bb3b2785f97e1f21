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
}
