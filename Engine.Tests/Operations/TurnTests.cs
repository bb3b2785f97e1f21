namespace GpuNN.Tests;

/// <summary>Images turned by quarter turns.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
[Covers(typeof(Operations.Turn))]
public sealed class TurnTests(Device device)
{
    [Test]
    public void Every_turn_agrees([Values(1, 2, 3)] int quarters)
    {
        OperationCheck.Verify(device, new Operations.Turn(quarters), [[2, 3, 5]], x => Turned(x[0], 3, 5, quarters));
        OperationCheck.Verify(device, new Operations.Turn(quarters), [[4, 1]], x => Turned(x[0], 4, 1, quarters));
        OperationCheck.Verify(device, new Operations.Turn(quarters), [[0, 3, 3]], _ => []);
    }

    [Test]
    public void Four_quarters_are_none_and_others_go_the_other_way() => new Graph(1, training: false, seed: 0).Record(graph =>
    {
        var x = graph.Input("x", [2, 3]);
        Assert.That(x.Turn(0), Is.SameAs(x));
        Assert.That(x.Turn(-8), Is.SameAs(x));
        Assert.That(((Node)x.Turn(-1)).Operation, Is.EqualTo(new Operations.Turn(3)));
        Assert.That(x.Turn(5).Shape, Is.EqualTo(Shape.Of(3, 2)));
        Assert.That(() => graph.Input("v", [3]).Turn(1), Throws.TypeOf<ShapeException>().With.Message.Contains("Turn: needs images (..., height, width)"));
        return x;
    });

    // One quarter after the other.
    private static double[] Turned(double[] x, int height, int width, int quarters)
    {
        for (; quarters > 0; quarters--, (height, width) = (width, height))
        {
            var (pixels, rows, columns, from) = (height * width, width, height, x);
            x = [.. Enumerable.Range(0, x.Length).Select(at => from[at / pixels * pixels + at % pixels % columns * rows + rows - 1 - at % pixels / columns])];
        }
        return x;
    }
}
