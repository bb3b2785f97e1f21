using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>What all recurrent layers do alike: padding, states that go on, both directions, runs on top of each other, no steps at all.</summary>
[Notes("15", "Recurrent neural networks")]
[Notes("15.1", "Simple recurrent neural networks")]
[Notes("15.1.1", "Motivation")]
public sealed class RecurrentLayerTests
{
    private static readonly int[] lengths = [5, 2, 0, 3];

    private static RecurrentLayer[] Layers(bool returnsSteps = true) =>
    [
        new SimpleRnn(2, 3) { ReturnsSteps = returnsSteps }, new SimpleRnn(2, 3, rectified: true) { ReturnsSteps = returnsSteps },
        new Lstm(2, 3) { ReturnsSteps = returnsSteps }, new Lstm(2, 3, bidirectional: true) { ReturnsSteps = returnsSteps },
        new Gru(2, 3, layers: 2) { ReturnsSteps = returnsSteps }, new Gru(2, 3, resetBefore: true, bidirectional: true) { ReturnsSteps = returnsSteps },
        new Gru(2, 3, resetBefore: true) { ReturnsSteps = returnsSteps }, new Lstm(2, 3, layers: 2, bidirectional: true, peepholes: true) { ReturnsSteps = returnsSteps },
    ];

    [Test]
    public void A_padded_batch_is_its_sequences_one_by_one()
    {
        var x = Numbers(4 * 5 * 2);
        foreach (var layer in Layers(returnsSteps: false))
        {
            var together = LayerRun.Of(new MaskedSequence(layer), [4, 5, 3], Masked(x, padding: 0));
            for (var row = 0; row < 4; row++)
            {
                var alone = LayerRun.Of(layer, [1, lengths[row], 2], x[(row * 10)..(row * 10 + 2 * lengths[row])]);
                Assert.That(together[(row * layer.Outputs)..((row + 1) * layer.Outputs)], Is.EqualTo(alone).Within(1e-6), $"{layer}, sequence {row}");
            }
        }
    }

    [Test]
    public void What_padding_holds_changes_no_bit_and_gets_no_gradient()
    {
        foreach (var layer in Layers())
        {
            var (zeros, _) = LayerRun.WithGradient(new MaskedSequence(layer), [4, 5, 3], Masked(Numbers(40), padding: 0));
            var (noise, dx) = LayerRun.WithGradient(new MaskedSequence(layer), [4, 5, 3], Masked(Numbers(40), padding: 17));
            Assert.That(noise, Is.EqualTo(zeros), $"{layer}");
            for (var row = 0; row < 4; row++)
                for (var step = lengths[row]; step < 5; step++)
                    Assert.That(dx[((row * 5 + step) * 3)..((row * 5 + step) * 3 + 2)], Is.All.Zero, $"{layer}, sequence {row}, step {step}");
        }
    }

    [Test]
    public void A_state_that_goes_on_makes_one_long_sequence_of_two_halves()
    {
        var x = Numbers(2 * 6 * 2);
        foreach (var layer in Layers().Where(layer => !layer.IsBidirectional))
        {
            var whole = LayerRun.Of(layer, [2, 6, 2], x);
            using var device = Device.On(new HostRoute(1));
            foreach (var parameter in layer.Parameters)
                parameter.Set(parameter.ToArray());
            var stateful = new Stateful(layer, batch: 2);
            var play = device.Compile(graph => stateful.Apply(graph.Input("x", [2, 3, 2])));
            float[] Half(int half) => [.. Enumerable.Range(0, 2).SelectMany(row => x[(row * 12 + half * 6)..(row * 12 + half * 6 + 6)])];
            for (var turn = 0; turn < 2; turn++)
            {
                for (var half = 0; half < 2; half++)
                {
                    var y = play.Run(Half(half))[0].ToArray();
                    for (var row = 0; row < 2; row++)
                        Assert.That(y[(row * 9)..(row * 9 + 9)], Is.EqualTo(whole[(row * 18 + half * 9)..(row * 18 + half * 9 + 9)]).Within(1e-6), $"{layer}, half {half}");
                }
                stateful.Forget();
            }
            Assert.That(() => play.Run(Feed.Of("x", new float[18], [3, 3, 2])), Throws.InstanceOf<ShapeException>());
        }
    }

    [Test, Notes("15.1.2", "Backpropagation through time")]
    public void Batches_that_overlap_let_gradients_go_back_further()
    {
        const int advance = 2, length = 5, batches = 3, all = (batches - 1) * advance + length;
        var x = Numbers(2 * all * 2);
        float[] Cut(int first, int steps) => [.. Enumerable.Range(0, 2).SelectMany(row => x[((row * all + first) * 2)..((row * all + first + steps) * 2)])];
        Tensor Loss(Tensor steps) => steps.Slice(1, length - advance, advance).Square().Sum();
        foreach (var layer in Layers().Where(layer => !layer.ReadsBackwards))
        {
            using var device = Device.On(new HostRoute(1));
            var stateful = new Stateful(layer, batch: 2, advance);
            var play = device.Compile(graph =>
            {
                var steps = stateful.Apply(graph.Input("x", [2, length, 2]));
                return [steps, .. graph.Gradients(Loss(steps), [.. layer.Parameters])];
            });
            // The truth: all steps before the batch from zeros, through which no gradient comes.
            for (var turn = 0; turn < batches; turn++)
            {
                var first = turn * advance;
                var truth = device.Compile(graph =>
                {
                    var before = layer.Run(graph.Input("before", [2, first, 2])).Last.Detach();
                    var steps = layer.Run(graph.Input("x", [2, length, 2]), before).Steps;
                    return [steps, .. graph.Gradients(Loss(steps), [.. layer.Parameters])];
                }).Run(Feed.Of("before", Cut(0, first), [2, first, 2]), Feed.Of("x", Cut(first, length), [2, length, 2]));
                var results = play.Run(Cut(first, length));
                for (var i = 0; i < results.Count; i++)
                    Assert.That(results[i].ToArray(), Is.EqualTo(truth[i].ToArray()).Within(1e-5), $"{layer}, batch {turn}, result {i}");
            }
            Assert.That(() => play.Run(Feed.Of("x", new float[4], [2, 1, 2])), Throws.InstanceOf<ShapeException>());
        }
        Assert.That(() => new Stateful(new Gru(2, 3, bidirectional: true), batch: 2, advance), Throws.ArgumentException);
    }

    [Test]
    public void No_steps_leave_the_initial_state()
    {
        foreach (var layer in Layers(returnsSteps: false))
        {
            using var device = Device.On(new HostRoute(1));
            var count = layer.Runs.Sum(run => run.States);
            var results = device.Compile(graph =>
            {
                var initial = new RecurrentState([.. Enumerable.Range(0, count).Select(i => graph.Input($"s{i}", [2, 3]))]);
                return [.. layer.Run(graph.Input("x", [2, 0, 2]), initial).Last.Tensors];
            }).Run([Feed.Of("x", Array.Empty<float>(), [2, 0, 2]), .. Enumerable.Range(0, count).Select(i => Feed.Of($"s{i}", Numbers(6), [2, 3]))]);
            for (var i = 0; i < count; i++)
                Assert.That(results[i].ToArray(), Is.EqualTo(Numbers(6)), $"{layer}");
        }
    }

    // On the host a batch of 11 multiplies its inputs in its steps, two vectors of units at a time, and a batch of one all of them before.
    [Test]
    public void A_batch_is_its_sequences_one_by_one()
    {
        using var device = Device.On(new HostRoute(2));
        foreach (RecurrentLayer layer in new RecurrentLayer[] { new Lstm(5, 37), new Gru(5, 37), new SimpleRnn(5, 37) })
        {
            var (x, coefficients) = (Numbers(11 * 6 * 5), Numbers(11 * 6 * 37));
            var function = device.Compile(graph =>
            {
                var input = graph.Input("x", [graph.Batch, 6, 5]);
                var steps = layer.Forward(input);
                return [steps, .. graph.Gradients((steps * graph.Input("c", [graph.Batch, 6, 37])).Sum(), [input, .. layer.Parameters])];
            });
            float[][] Run(int first, int last)
            {
                var results = function.Run(x[(first * 30)..(last * 30)], coefficients[(first * 222)..(last * 222)]);
                return [.. Enumerable.Range(0, results.Count).Select(i => results[i].ToArray())];
            }
            var together = Run(0, 11);
            var alone = Enumerable.Range(0, 11).Select(row => Run(row, row + 1)).ToArray();
            for (var i = 0; i < together.Length; i++)
            {
                float[] expected = i < 2
                    ? [.. alone.SelectMany(results => results[i])]
                    : [.. Enumerable.Range(0, together[i].Length).Select(k => (float)alone.Sum(results => (double)results[i][k]))];
                Assert.That(together[i], Is.EqualTo(expected).Within(2e-5), $"{layer}, result {i}");
            }
        }
    }

    [Test]
    public void Backwards_is_forwards_on_the_sequence_turned_round()
    {
        var both = new Gru(2, 3, bidirectional: true);
        var x = Numbers(1 * 4 * 2);
        var y = LayerRun.Of(both, [1, 4, 2], x);
        var forward = new Gru(2, 3);
        foreach (var (own, from) in forward.Parameters.Zip(both.Runs[1].Parameters))
            own.Set(from.ToArray());
        var turned = LayerRun.Of(forward, [1, 4, 2], [.. x.Chunk(2).Reverse().SelectMany(step => step)]);
        for (var step = 0; step < 4; step++)
            Assert.That(y[(step * 6 + 3)..(step * 6 + 6)], Is.EqualTo(turned[((3 - step) * 3)..((3 - step) * 3 + 3)]).Within(1e-6));
    }

    [Test]
    public void Steps_first_is_the_same_with_two_axes_exchanged()
    {
        Lstm usual = new(2, 3), first = new(2, 3) { TimeFirst = true };
        var x = Numbers(2 * 4 * 2);
        var y = LayerRun.Of(usual, [2, 4, 2], x);
        foreach (var (own, from) in first.Parameters.Zip(usual.Parameters))
            own.Set(from.ToArray());
        var z = LayerRun.Of(first, [4, 2, 2], [.. Enumerable.Range(0, 4).SelectMany(step => Enumerable.Range(0, 2).SelectMany(row => x[(row * 8 + step * 2)..(row * 8 + step * 2 + 2)]))]);
        for (var row = 0; row < 2; row++)
            for (var step = 0; step < 4; step++)
                Assert.That(z[((step * 2 + row) * 3)..((step * 2 + row) * 3 + 3)], Is.EqualTo(y[((row * 4 + step) * 3)..((row * 4 + step) * 3 + 3)]));
    }

    [Test]
    public void Bad_shapes_sizes_and_states_are_refused()
    {
        Assert.That(() => new Lstm(2, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least one input, one unit"));
        Assert.That(() => LayerRun.Of(new Lstm(2, 3), [4, 5, 3], new float[60]), Throws.InstanceOf<ShapeException>().With.Message.Contains("(batch, steps, 2), but got (4, 5, 3)"));
        Assert.That(() => LayerRun.Of(new MaskedSequence(new Lstm(2, 3)), [4, 5, 2], new float[40]), Throws.InstanceOf<ShapeException>().With.Message.Contains("a last feature of 1 for steps"));
        Assert.That(() => new MaskedSequence(new Lstm(2, 3) { TimeFirst = true }), Throws.ArgumentException.With.Message.Contains("takes steps first"));
    }

    private static float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(1 + 2.3f * i * i))];

    /// <summary>Sequences (4, 5, 2) with the mask of their lengths as a third feature.</summary>
    private static float[] Masked(float[] x, float padding) => [.. Enumerable.Range(0, 4).SelectMany(row => Enumerable.Range(0, 5).SelectMany(step =>
        step < lengths[row] ? new[] { x[row * 10 + step * 2], x[row * 10 + step * 2 + 1], 1 } : [padding, -padding, 0]))];
}
