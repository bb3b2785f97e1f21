using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Frozen layers: nothing of them changes, nothing is computed for them, and what the others learned stays when they thaw.</summary>
[Notes("8.1.3", "Freeze layers")]
[Notes("8.1", "Pre-training")]
public sealed class FreezingTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    private static readonly DataSet Set = DataSet.WithLabels([.. Enumerable.Range(0, 80).Select(i => MathF.Sin(3 + 2.3f * i * i))], [4], [.. Enumerable.Range(0, 20).Select(i => i % 3)], 3);

    private static Sequential Model() => new(new Sequential(new Dense(4, 6), new BatchNorm(6), new Relu()), new Dense(6, 5), new BatchNorm(5), new Tanh(), new Dense(5, 3));

    private static float[][] Values(Layer layer) => [.. layer.Parameters.Select(parameter => parameter.ToArray())];

    [Test]
    public void Frozen_weights_and_running_statistics_are_the_same_after_100_steps()
    {
        var model = Model();
        var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new AdamW(0.05f) { WeightDecay = 0.5f });
        trainer.Fit(Set, null, epochs: 2, batch: 5);
        model.Parts[0].Trainable = false;
        float[][] below = Values(model.Parts[0]), above = Values(model.Parts[1]), statistics = Values(model.Parts[2]);
        trainer.Fit(Set, null, epochs: 25, batch: 5);
        Assert.That(Values(model.Parts[0]), Is.EqualTo(below));
        foreach (var (now, then) in Values(model.Parts[1]).Concat(Values(model.Parts[2])).Zip(above.Concat(statistics)))
            Assert.That(now, Is.Not.EqualTo(then), "the others are trained");
        model.Parts[0].Trainable = true;
        trainer.Fit(Set, null, epochs: 1, batch: 5);
        foreach (var (now, then) in Values(model.Parts[0]).Zip(below))
            Assert.That(now, Is.Not.EqualTo(then), "thawed");
    }

    [Test]
    public void Running_statistics_of_a_frozen_layer_follow_the_data_by_choice()
    {
        var norm = new BatchNorm(4) { FollowsWhenFrozen = true };
        var model = new Sequential(norm, new Dense(4, 3));
        norm.Trainable = false;
        new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Sgd(0.05f)).Fit(Set, null, epochs: 1, batch: 5);
        Assert.That(norm.Mean.ToArray(), Is.All.Not.Zero);
        Assert.That((norm.Gain.ToArray(), norm.Bias.ToArray()), Is.EqualTo((new float[] { 1, 1, 1, 1 }, new float[4])));
    }

    [Test]
    public void Thawing_lets_running_statistics_be_what_they_are()
    {
        var norm = new BatchNorm(2);
        norm.Trainable = false;
        Assert.That((norm.Trainable, norm.Frozen), Is.EqualTo((false, true)));
        norm.Trainable = true;
        Assert.That(norm.Parameters.Select(parameter => parameter.Trainable), Is.EqualTo(new[] { true, true, false, false }));
    }

    [Test]
    public void No_gradient_is_computed_below_the_lowest_layer_that_is_trained()
    {
        var model = new Sequential(new Dense(4, 6), new Tanh(), new Dense(6, 5), new Tanh(), new Dense(5, 3));
        var sgd = new Sgd(0.1f);
        var step = device.Compile(graph =>
        {
            var loss = Loss.SoftmaxCrossEntropy.Of(model.Apply(graph.Input("x", [graph.Batch, 4])), graph.Labels("y", [graph.Batch], 3));
            graph.Minimise(loss, model.Parameters, sgd);
            return loss;
        });
        // Dense layers of all sizes multiply once forward, and backward once for their weights and, but for the lowest trained, once for their inputs.
        int Products(params bool[] trained)
        {
            for (var layer = 0; layer < 3; layer++)
                model.Parts[2 * layer].Trainable = trained[layer];
            step.Run(Feed.Of("x", Set.Inputs[..20], [5, 4]), Feed.Of("y", Set.Labels[..5], [5]));
            return step.Plan.Lines.Count(line => line.Name.Contains("MatMul", StringComparison.Ordinal));
        }

        Assert.Multiple(() =>
        {
            Assert.That(Products(true, true, true), Is.EqualTo(3 + 5));
            Assert.That(Products(false, true, true), Is.EqualTo(3 + 3));
            Assert.That(Products(false, false, true), Is.EqualTo(3 + 1));
            Assert.That(Products(true, false, false), Is.EqualTo(3 + 3), "the gradient goes through frozen layers to those below");
            Assert.That(Products(true, true, true), Is.EqualTo(3 + 5), "thawed");
        });
    }

    [Test]
    public void A_model_that_is_frozen_as_a_whole_cannot_be_trained()
    {
        var model = Model();
        model.Trainable = false;
        Assert.That(() => new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Sgd(0.1f)).Fit(Set), Throws.ArgumentException.With.Message.Contains("at least one trainable parameter").And.Message.Contains("Unfreeze"));
    }

    // Adam on the sums of squares of p and q. Each parameter steps alone, so it must move as if the other had never been frozen.
    [Test]
    public void An_optimiser_keeps_its_state_over_freezing_and_thawing()
    {
        Parameter p = new("p", [2], Inits.Values(1, 2)), q = new("q", [2], Inits.Values(3, 4)), alone = new("alone", [2], Inits.Values(3, 4));
        Adam both = new(0.1f), single = new(0.1f);
        var step = device.Compile(graph => graph.Minimise(p.Square().Sum() + q.Square().Sum(), [p, q], both));
        var reference = device.Compile(graph => graph.Minimise(alone.Square().Sum(), [alone], single));
        for (var i = 0; i < 12; i++)
        {
            p.Trainable = i / 3 % 2 == 0;
            step.Run();
            reference.Run();
            Assert.That(q.ToArray(), Is.EqualTo(alone.ToArray()), $"step {i + 1}");
        }
    }
}
