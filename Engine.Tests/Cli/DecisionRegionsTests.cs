using GpuNN.Cli;
using SkiaSharp;

namespace GpuNN.Tests;

/// <summary>The picture of what a model makes of the plane.</summary>
public sealed class DecisionRegionsTests
{
    private static readonly DataSet corners = DataSet.WithLabels([-1, -1, 1, -1, -1, 1, 1, 1], [2], [0, 1, 0, 1], classes: 2);
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private SKBitmap Draw(params DecisionPanel[] panels)
    {
        DecisionRegions.Write(folder["regions.png"], panels);
        return SKBitmap.Decode(folder["regions.png"]);
    }

    // the sign of the first number decides, surely
    private static float[] TwoLogits(DataSet set) => [.. Enumerable.Range(0, set.Count).SelectMany(row => new[] { 0, 100 * set.Item(row)[0] })];

    private static float[] OneLogit(DataSet set) => [.. Enumerable.Range(0, set.Count).Select(row => 100 * set.Item(row)[0])];

    [Test]
    public void Each_side_of_the_border_has_the_colour_of_its_class()
    {
        using var picture = Draw(new DecisionPanel("sides", TwoLogits, corners));
        // between the points, left and right of the middle
        var (left, right) = (picture.GetPixel(picture.Width * 2 / 5, picture.Height / 2), picture.GetPixel(picture.Width * 3 / 4, picture.Height / 2));
        Assert.Multiple(() =>
        {
            Assert.That(left.Blue, Is.GreaterThan(left.Red), "class 0 is blue");
            Assert.That(right.Red, Is.GreaterThan(right.Blue), "class 1 is orange");
        });
    }

    [Test]
    public void One_logit_is_drawn_as_two_and_targets_as_labels()
    {
        using var two = Draw(new DecisionPanel("sides", TwoLogits, corners));
        using var one = Draw(new DecisionPanel("sides", OneLogit, DataSet.WithTargets(corners.Inputs.ToArray(), [2], [0, 1, 0, 1], [1])));
        Assert.That(one.Bytes, Is.EqualTo(two.Bytes));
    }

    [TestCase(1, 1, 1)]
    [TestCase(3, 3, 1)]
    [TestCase(4, 2, 2)]
    public void Panels_fill_rows(int panels, int columns, int rows)
    {
        using var picture = Draw([.. Enumerable.Range(0, panels).Select(i => new DecisionPanel($"{i}", OneLogit, corners))]);
        Assert.That((double)picture.Width / picture.Height, Is.EqualTo((double)columns / rows));
    }

    [Test]
    public void Points_that_are_no_points_of_a_plane_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => Draw(), Throws.ArgumentException.With.Message.Contains("at least one panel"));
        Assert.That(() => Draw(new DecisionPanel("line", OneLogit, DataSet.WithLabels([1], [1], [0], 1))), Throws.ArgumentException.With.Message.Contains("two numbers"));
        Assert.That(() => Draw(new DecisionPanel("bare", OneLogit, DataSet.Of([1, 2], [2]))), Throws.ArgumentException.With.Message.Contains("class each"));
    });
}
