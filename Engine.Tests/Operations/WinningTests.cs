namespace GpuNN.Tests;

/// <summary>Competitions along an axis: who wins, what the others get, and where the gradient goes.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
public sealed class WinningTests(Device device)
{
    // The first, a middle and the last axis; one alone behind it; a length of 1; no items.
    public static readonly TestCaseData[] Axes =
    [
        Row([3, 5], 0), Row([3, 5], 1), Row([2, 4, 3], 1), Row([2, 3, 4], -1), Row([2, 4, 3], 0), Row([2, 3, 2, 5], 2), Row([7], 0), Row([2, 4, 1], 1),
        Row([3, 1], 1), Row([3, 1, 4], 1), Row([0, 3, 2], 2), Row([0, 3, 2], 1),
    ];

    [TestCaseSource(nameof(Axes))]
    public void The_winner_agrees(Shape shape, int axis) => OperationCheck.Verify(device, x => x[0].Winner(axis), [shape],
        x => [.. Winners(x[0], shape, axis).Select(at => x[0][at])]);

    [TestCaseSource(nameof(Axes))]
    public void What_the_winner_keeps_agrees(Shape shape, int axis) => OperationCheck.Verify(device, x => x[0].KeepWinner(axis), [shape], x =>
    {
        var y = new double[x[0].Length];
        foreach (var at in Winners(x[0], shape, axis))
            y[at] = x[0][at];
        return y;
    });

    [Test]
    public void The_first_of_equals_wins_alone_and_takes_the_gradient()
    {
        const float Below = float.NegativeInfinity, None = float.NaN;
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [5, 3]);
            var (greatest, kept) = (x.Winner(1), x.KeepWinner(1));
            var weights = graph.Input("w", [5, 3]);
            return [greatest, kept, graph.Gradients((greatest * graph.Input("v", [5])).Sum(), [x])[0], graph.Gradients((kept * weights).Sum(), [x])[0]];
        }, Checks.PoisonedArena);
        float[] w = [.. Enumerable.Range(1, 15).Select(i => (float)i)];
        var results = function.Run(
            Feed.Of("x", new[] { 2, 2, 1, -3, -1, -1, Below, Below, Below, 1, None, None, 0, -0f, 0 }), Feed.Of("w", w), Feed.Of("v", new float[] { 1, 2, 3, 4, 5 }));
        Assert.Multiple(() =>
        {
            Assert.That(results[0].ToArray(), Is.EqualTo(new[] { 2, -1, Below, None, 0 }));
            Assert.That(results[1].ToArray(), Is.EqualTo(new[] { 2, 0, 0, 0, -1, 0, Below, 0, 0, 0, None, 0, 0, 0, 0 }));
            Assert.That(results[2].ToArray(), Is.EqualTo(new float[] { 1, 0, 0, 0, 2, 0, 3, 0, 0, 0, 4, 0, 5, 0, 0 }));
            Assert.That(results[3].ToArray(), Is.EqualTo(new float[] { 1, 0, 0, 0, 5, 0, 7, 0, 0, 0, 11, 0, 13, 0, 0 }));
        });
    }

    [Test]
    public void Nothing_has_no_winner()
    {
        Assert.That(() => device.Compile(graph => graph.Input("x", [2, 0]).Winner(1)).Run(Feed.Of("x", Array.Empty<float>(), [2, 0])),
            Throws.TypeOf<ShapeException>().With.Message.Contains("Winner: needs at least one number along axis 1"));
    }

    private static IEnumerable<int> Winners(double[] x, Shape shape, int axis)
    {
        var at = shape.Axis(axis);
        var (outer, length, inner) = (shape.Before(at), shape[at], shape.From(at + 1));
        for (var o = 0; o < outer; o++)
            for (var i = 0; i < inner; i++)
                yield return Enumerable.Range(0, length).Select(l => (o * length + l) * inner + i).MaxBy(place => x[place]);
    }

    private static TestCaseData Row(Shape shape, int axis) => new TestCaseData(shape, axis).SetArgDisplayNames($"{shape}", $"{axis}");
}
