namespace GpuNN.Tests;

/// <summary>
/// Random graphs, fused and planned in place, against the same graphs unfused and against plain double precision; their
/// gradients against differences.
/// </summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
public sealed class RandomGraphTests(Device device)
{
    // ILGPU compiles every new program.
    private int Seeds => device.Name == "cpu" ? 60 : 4;

    [Test]
    public void Fused_unfused_and_interpreted_agree()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var drawn = new RandomGraph(seed);
            Tensor[] recorded = [];
            Function Compile(Checks checks) => device.Compile(graph =>
            {
                var inputs = RandomGraph.Inputs(graph);
                recorded = drawn.Record(inputs);
                Tensor loss = 0f;
                foreach (var y in recorded)
                    loss += y.Sum();
                return [.. recorded, loss, .. graph.Gradients(loss, inputs)];
            }, checks);
            var fused = Play(Compile(Checks.PoisonedArena), drawn);
            var unfused = Play(Compile(Checks.PoisonedArena | Checks.Unfused), drawn);
            var truth = Interpreter(drawn, (x, _, _) => x);
            for (var k = 0; k < recorded.Length; k++)
            {
                OperationCheck.Close(fused[k], truth.Value(recorded[k]), 1e-5, $"seed {seed}, result {k} fused");
                OperationCheck.Close(unfused[k], truth.Value(recorded[k]), 1e-5, $"seed {seed}, result {k} unfused");
            }
            for (var k = recorded.Length; k < fused.Length; k++)
                OperationCheck.Close(fused[k], [.. unfused[k].Select(value => (double)value)], 1e-4, $"seed {seed}, result {k} fused against unfused");
            Slope(seed, drawn, recorded, fused[(recorded.Length + 1)..]);
        }
    }

    [Test]
    public void Functions_in_one_arena_leave_each_other_alone()
    {
        var graphs = Enumerable.Range(100, 3).Select(seed => new RandomGraph(seed, length: 12)).ToArray();
        var functions = graphs.Select(drawn => device.Compile(graph => drawn.Record(RandomGraph.Inputs(graph)), Checks.PoisonedArena)).ToArray();
        var first = functions.Select((function, i) => Play(function, graphs[i])).ToArray();
        for (var round = 0; round < 2; round++)
            for (var i = functions.Length - 1; i >= 0; i--)
                OperationCheck.Same(Play(functions[i], graphs[i]), first[i], $"function {i}");
    }

    // One direction v in all inputs at once: the sum of g v against (F(x + h v) - F(x - h v)) / 2h; what is detached counts for nothing.
    private static void Slope(int seed, RandomGraph drawn, Tensor[] recorded, float[][] gradients)
    {
        var random = new Random(seed);
        var v = drawn.Feeds.Select(feed => feed.Select(_ => 2 * random.NextDouble() - 1).ToArray()).ToArray();
        double Loss(double step)
        {
            var at = Interpreter(drawn, (x, i, k) => x + step * v[i][k]);
            return at.Value(recorded[0]).Sum() + at.Value(recorded[2]).Sum();
        }
        var wanted = (Loss(1e-4) - Loss(-1e-4)) / 2e-4;
        double got = 0, size = 0;
        for (var i = 0; i < gradients.Length; i++)
        {
            for (var k = 0; k < gradients[i].Length; k++)
            {
                got += gradients[i][k] * v[i][k];
                size += Math.Abs(gradients[i][k] * v[i][k]);
            }
        }
        Assert.That(got, Is.EqualTo(wanted).Within(1e-4 * (size + 0.01)), $"seed {seed}: slope in a random direction");
    }

    private static Interpreter Interpreter(RandomGraph drawn, Func<double, int, int, double> moved) =>
        new(drawn.Feeds.Select((values, i) => (i, values)).ToDictionary(feed => $"x{feed.i}", feed => feed.values.Select((x, k) => moved(x, feed.i, k)).ToArray()));

    private static float[][] Play(Function function, RandomGraph drawn)
    {
        var results = function.Run([.. drawn.Feeds.Select((values, i) => Feed.Of($"x{i}", values, RandomGraph.Shapes[i]))]);
        return [.. Enumerable.Range(0, results.Count).Select(i => results[i].ToArray())];
    }
}
