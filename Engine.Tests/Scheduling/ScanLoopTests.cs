using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>What a loop of a schedule computes is what its unrolled steps compute; it takes little memory and makes no garbage.</summary>
[TestFixture]
public sealed class ScanLoopTests
{
    private const int Batch = 3, Inputs = 4, Units = 16;

    private Device device = null!;
    private Parameter w = null!;
    private Parameter u = null!;
    private Parameter b = null!;

    [SetUp]
    public void Open()
    {
        device = Device.On(new HostRoute(threads: 2));
        var random = new Random(3);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        w = new Parameter("w", [Inputs, Units], Inits.Values(Draw(Inputs * Units)));
        u = new Parameter("u", [Units, Units], Inits.Values(Draw(Units * Units)));
        b = new Parameter("b", [Units], Inits.Values(Draw(Units)));
    }

    [TearDown]
    public void Close() => device.Dispose();

    [TestCase(1), TestCase(20), Notes("15.1.1", "Unrolling RNNs")]
    public void A_cell_under_a_scan_is_the_cell_unrolled(int steps)
    {
        var looped = Train(steps, x => x.Scan(Zeros(), Cell).All);
        var unrolled = Train(steps, x =>
        {
            var h = Zeros();
            return Slicing.Concatenate(0, [.. Enumerable.Range(0, steps).Select(t => (h = Cell(h, x.Slice(0, t, 1).Reshape([Batch, Inputs]))).Reshape([1, Batch, Units]))]);
        });
        for (var i = 0; i < unrolled.Length; i++)
            OperationCheck.Close(looped[i], [.. unrolled[i].Select(value => (double)value)], 1e-5, $"result {i}");
    }

    // delta[t] = (dY[t] + delta[t + 1] U^T) (1 - h[t]^2); dU = sum over t of h[t - 1]^T delta[t], and the like for W and b.
    [Test, Notes("15.1.2", "Backpropagation through time")]
    public void The_gradient_through_a_scan_is_backpropagation_through_time([Values(20)] int steps, [Values(20, 30, 7, 1)] int window)
    {
        var got = Train(steps, x => x.Scan(Zeros(), Cell, new() { Window = window }).All);
        double[] x = [.. Sequence(steps).Select(value => (double)value)], h = [.. got[0].Select(value => (double)value)], weights = [.. u.ToArray().Select(value => (double)value)], r = [.. Weights(steps).Select(value => (double)value)];
        var (dw, du, db) = (new double[Inputs * Units], new double[Units * Units], new double[Units]);
        for (var row = 0; row < Batch; row++)
        {
            var later = new double[Units];
            for (var t = steps - 1; t >= 0; t--)
            {
                var delta = new double[Units];
                for (var k = 0; k < Units; k++)
                {
                    var back = (t + 1) % window == 0 ? 0 : Enumerable.Range(0, Units).Sum(j => later[j] * weights[k * Units + j]);
                    var at = (t * Batch + row) * Units + k;
                    delta[k] = (r[at] + back) * (1 - h[at] * h[at]);
                    db[k] += delta[k];
                    for (var i = 0; i < Inputs; i++)
                        dw[i * Units + k] += x[(t * Batch + row) * Inputs + i] * delta[k];
                    for (var j = 0; t > 0 && j < Units; j++)
                        du[j * Units + k] += h[((t - 1) * Batch + row) * Units + j] * delta[k];
                }
                later = delta;
            }
        }
        OperationCheck.Close(got[1], dw, 1e-5, "dW");
        OperationCheck.Close(got[2], du, 1e-5, "dU");
        OperationCheck.Close(got[3], db, 1e-5, "db");
    }

    [Test]
    public void No_steps_give_the_initial_state([Values] ScanMemory memory)
    {
        var function = device.Compile(graph =>
        {
            var h = graph.Input("h", [2]);
            var (final, all) = graph.Input("x", [0, 2]).Scan(h, (state, item) => state * item, new() { Memory = memory });
            return [final, all, graph.Gradients(final.Sum(), [h])[0]];
        }, Checks.PoisonedArena);
        var results = function.Run(Feed.Of("h", new float[] { 3, 4 }), Feed.Of("x", Array.Empty<float>(), [0, 2]));
        Assert.That(results[0].ToArray(), Is.EqualTo(new float[] { 3, 4 }));
        Assert.That(results[1].ToArray(), Is.Empty);
        Assert.That(results[2].ToArray(), Is.EqualTo(new float[] { 1, 1 }));
    }

    [Test]
    public void A_scan_without_a_sequence_counts_its_steps()
    {
        var function = device.Compile(graph => graph.Scan([graph.Input("x", [2])], [], (states, _) => ([states[0] * 2f], []), new() { Steps = 10 }).Final[0]);
        Assert.That(function.Run(new float[] { 1, -3 })[0].ToArray(), Is.EqualTo(new float[] { 1024, -3072 }));
    }

    [Test]
    public void Memory_grows_with_the_steps_or_with_their_root()
    {
        (float[] Losses, long[] Bytes) Measure(ScanMemory memory)
        {
            var runs = new[] { 250, 500, 1000 }.Select(steps => Descend(steps, memory)).ToArray();
            return ([.. runs.Select(run => run.Loss)], [.. runs.Select(run => run.Bytes)]);
        }
        var (losses, kept) = Measure(ScanMemory.Stash);
        var (again, recomputed) = Measure(ScanMemory.Recompute);
        var (rooted, root) = Measure(ScanMemory.SquareRoot);
        TestContext.Out.WriteLine($"stash {string.Join(", ", kept)}; recompute {string.Join(", ", recomputed)}; square root {string.Join(", ", root)} bytes");
        for (var i = 0; i < losses.Length; i++)
        {
            Assert.That(again[i], Is.EqualTo(losses[i]).Within(1e-5));
            Assert.That(rooted[i], Is.EqualTo(losses[i]).Within(1e-5));
        }
        Assert.That((double)kept[2] / kept[0], Is.InRange(3.5, 4.1), "linear");
        Assert.That(recomputed[2], Is.LessThan(kept[2]));
        Assert.That((double)root[2] / root[0], Is.InRange(1, 2.3), "as the square root");
        Assert.That(root[2], Is.LessThan(kept[2] / 5));
    }

    [Test]
    public void A_training_step_makes_no_garbage([Values] ScanMemory memory)
    {
        var train = Training(30, memory);
        var x = Sequence(30);
        void Step(int count)
        {
            for (var step = 0; step < count; step++)
                train.Run(x)[0].Scalar();
        }
        Step(50);
        // The test runner's own threads allocate now and then.
        var grown = Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetTotalAllocatedBytes(true);
            Step(100);
            return GC.GetTotalAllocatedBytes(true) - before;
        });
        Assert.That(grown, Is.Zero);
    }

    [Test]
    public void The_first_bad_value_is_named_inside_the_body()
    {
        var function = device.Compile(graph => graph.Input("x", [4, 1]).Scan(graph.Input("h", [1]), (h, item) => (h * item).Exp()).Final, Checks.FirstBadValue, name: "f");
        Assert.That(() => function.Run(Feed.Of("x", new float[] { 1, 1, 1, 100 }, [4, 1]), Feed.Of("h", new float[] { 0 })), Throws.TypeOf<BadValueException>()
            .With.Message.StartsWith("Exp made +inf at step 0 of f (input min ").And.Message.EndsWith("\nLower the learning rate, clip gradients, or limit the operation's input."));
    }

    [Test]
    public void What_a_body_may_not_do_is_refused()
    {
        Action Body(Func<Tensor, Tensor, Tensor> body) => () => device.Compile(graph => graph.Input("x", [4, 2]).Scan(graph.Input("h", [2]), body).Final)
            .Run(Feed.Of("x", new float[8], [4, 2]), Feed.Of("h", new float[2]));
        Assert.Multiple(() =>
        {
            Assert.That(Body((h, x) => h + Graph.Current.Normal([2])), Throws.InvalidOperationException.With.Message.EqualTo(
                "Random numbers: a scan records its body once and repeats it, so this would happen once, not at every step.\nDraw them before the scan, with the steps on the first axis, and pass them as a sequence."));
            Assert.That(Body((h, x) =>
            {
                Graph.Current.Update(b, 1f);
                return h;
            }), Throws.InvalidOperationException.With.Message.StartsWith("Update: "));
            Assert.That(Body((h, x) =>
            {
                Graph.Current.Penalise(h.Sum());
                return h;
            }), Throws.InvalidOperationException.With.Message.StartsWith("Penalise: "));
            Assert.That(Body((h, x) => h.Reshape([2, 1])), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
                "Scan: needs states that keep their shape, but the body takes state 0 as (2) and returns (2, 1).\nGive the initial state the shape that the body returns, or reshape the next state."));
        });
    }

    private static Tensor Zeros() => ((Tensor)0f).BroadcastTo([Batch, Units]);

    private Tensor Cell(Tensor h, Tensor x) => (x.MatMul(w) + h.MatMul(u) + b).Tanh();

    private static float[] Sequence(int steps) => [.. Enumerable.Range(0, steps * Batch * Inputs).Select(i => MathF.Sin(i * 0.7f))];

    private static float[] Weights(int steps) => [.. Enumerable.Range(0, steps * Batch * Units).Select(i => MathF.Cos(i * 0.3f))];

    /// <summary>All states, and the gradients by w, u and b of their weighted sum.</summary>
    private float[][] Train(int steps, Func<Tensor, Tensor> all)
    {
        var function = device.Compile(graph =>
        {
            var y = all(graph.Input("x", [steps, Batch, Inputs]));
            return [y, .. graph.Gradients(y, [w, u, b], graph.Input("r", y.Shape))];
        }, Checks.PoisonedArena);
        var results = function.Run(Feed.Of("x", Sequence(steps), [steps, Batch, Inputs]), Feed.Of("r", Weights(steps), [steps, Batch, Units]));
        return [.. Enumerable.Range(0, results.Count).Select(i => results[i].ToArray())];
    }

    private Function Training(int steps, ScanMemory memory) => device.Compile(graph =>
    {
        var h = graph.Scan([Zeros()], [graph.Input("x", [steps, Batch, Inputs])], (states, items) => ([Cell(states[0], items[0])], []), new() { Memory = memory }).Final[0];
        var loss = (h - 0.5f).Square().Mean();
        graph.Minimise(loss, [w, u, b], new Sgd(0.05f));
        return loss;
    });

    private (float Loss, long Bytes) Descend(int steps, ScanMemory memory)
    {
        Open();
        var train = Training(steps, memory);
        for (var step = 0; step < 3; step++)
            train.Run(Sequence(steps));
        return (train.Run(Sequence(steps))[0].Scalar(), train.Plan.ArenaBytes);
    }
}
