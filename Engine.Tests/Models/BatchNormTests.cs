using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Batch normalisation as a layer: in training, in use, frozen, estimated again, and folded away.</summary>
[Notes("3", "Normalising neural networks")]
public sealed class BatchNormTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(2));

    [TearDown]
    public void Close() => device.Dispose();

    private static float[] Numbers(int count, double far = 0, double deviation = 1) => [.. Enumerable.Range(0, count).Select(i => (float)(far + deviation * Math.Sin(3 + 2.3 * i * i)))];

    private Function Compile(Layer model, Shape item, bool training = true) =>
        device.Compile(graph => model.Apply(graph.Input("x", item.Prepend(graph.Batch))), Checks.PoisonedArena, training);

    [Test, Notes("3.1.2", "Batch normalisation")]
    public void One_to_four_is_normalised_as_in_the_notes()
    {
        var norm = new BatchNorm(1);
        float[] x = [1, 2, 3, 4];
        float[] normal = [-1.34163542f, -0.44721181f, 0.44721181f, 1.34163542f];
        Assert.That(Compile(norm, [1]).Run(x)[0].ToArray(), Is.EqualTo(normal).Within(1e-6f));
        norm.Gain.Set([3]);
        norm.Bias.Set([0.5f]);
        Assert.That(Compile(norm, [1]).Run(x)[0].ToArray(), Is.EqualTo(normal.Select(v => 3 * v + 0.5f)).Within(1e-5f));
    }

    [Test, Notes("3.1.2", "Training with batch normalisation")]
    public void The_gradient_of_one_to_four_is_that_of_the_notes()
    {
        var norm = new BatchNorm(1);
        var results = device.Compile(graph =>
        {
            var x = graph.Input("x", [4, 1]);
            return graph.Gradients(norm.Apply(x), [x, norm.Gain, norm.Bias], graph.Input("dy", [4, 1]));
        }, Checks.PoisonedArena).Run(new float[] { 1, 2, 3, 4 }, new float[] { 1, 0, 0, 0 });
        Assert.That(results[0].ToArray(), Is.EqualTo(new[] { 0.2683303f, -0.35776837f, -0.08944343f, 0.1788815f }).Within(1e-6f));
        Assert.That(results[1].Scalar(), Is.EqualTo(-1.34163542f).Within(1e-6f));
        Assert.That(results[2].Scalar(), Is.EqualTo(1f));
    }

    [Test, Notes("3.1.2", "Batch normalisation")]
    public void Results_have_the_bias_as_mean_and_the_gain_as_deviation([Values] bool image)
    {
        var norm = new BatchNorm(3, epsilon: 0.1f);
        norm.Gain.Set([2, -1, 0]);
        norm.Bias.Set([1, -3, 0.25f]);
        Shape item = image ? [3, 5, 7] : [3];
        var x = Numbers((int)item.Prepend(20).Elements, far: 1e4, deviation: 2);
        double[] wide = [.. x.Select(v => (double)v)];
        double[] y = [.. Compile(norm, item).Run(x)[0].ToArray().Select(v => (double)v)];
        var pixels = item.From(1);
        var before = Reference.ChannelStatistics(wide, 20, 3, pixels);
        var after = Reference.ChannelStatistics(y, 20, 3, pixels);
        for (var c = 0; c < 3; c++)
        {
            var gain = new[] { 2.0, -1, 0 }[c];
            Assert.That(after.Mean[c], Is.EqualTo(new[] { 1, -3, 0.25 }[c]).Within(1e-5));
            Assert.That(after.Variance[c], Is.EqualTo(gain * gain * before.Variance[c] / (before.Variance[c] + 0.1f)).Within(1e-4));
            Assert.That(norm.Mean.ToArray()[c], Is.EqualTo(0.1 * before.Mean[c]).Within(1e-3));
            var count = 20.0 * pixels;
            Assert.That(norm.Variance.ToArray()[c], Is.EqualTo(0.9 + 0.1 * before.Variance[c] * count / (count - 1)).Within(1e-5));
        }
    }

    [Test, Notes("3.1.2", "Training with batch normalisation")]
    public void Running_statistics_follow_as_fast_as_the_momentum_says([Values(0f, 0.25f, 1f)] float momentum)
    {
        var norm = new BatchNorm(2, momentum: momentum);
        var step = Compile(norm, [2]);
        float[] x = [1, 10, 2, 14, 6, 30];
        step.Run(x);
        step.Run(x);
        var keep = (1 - momentum) * (1 - momentum);
        Assert.That(norm.Mean.ToArray(), Is.EqualTo(new[] { 3 * (1 - keep), 18 * (1 - keep) }).Within(1e-5f));
        Assert.That(norm.Variance.ToArray(), Is.EqualTo(new[] { keep + 7 * (1 - keep), keep + 112 * (1 - keep) }).Within(1e-4f), "over m - 1");
        var used = Compile(norm, [2], training: false).Run(x)[0].ToArray();
        for (var i = 0; i < x.Length; i++)
            Assert.That(used[i], Is.EqualTo((x[i] - norm.Mean.ToArray()[i % 2]) / Math.Sqrt(norm.Variance.ToArray()[i % 2] + 1e-5)).Within(1e-5));
    }

    [Test]
    public void Before_any_training_it_changes_nothing_in_use()
    {
        var y = Compile(new BatchNorm(2, epsilon: 0), [2], training: false).Run(new float[] { 1, -2 })[0].ToArray();
        Assert.That(y, Is.EqualTo(new float[] { 1, -2 }));
    }

    [Test]
    public void A_single_number_a_channel_cannot_be_trained_on()
    {
        var model = new Sequential(new Dense(2, 3), new BatchNorm(3));
        var step = Compile(model, [2]);
        Assert.That(() => step.Run(new float[2]), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "BatchNorm: needs at least two numbers a channel in training, but got (1, 3): one, which has no variance.\n" +
            "Use a batch size that leaves no last batch of one sample, or freeze the layer.\nIn 1 > BatchNorm(3), while recording the forward pass."));
        Assert.That(() => step.Run(new float[4]), Throws.Nothing);
        Assert.That(() => Compile(new BatchNorm(3), [3, 2, 2]).Run(new float[12]), Throws.Nothing, "one image has many numbers a channel");
        Assert.That(() => Compile(new BatchNorm(3), [3, 0]).Run(Feed.Of("x", Array.Empty<float>(), [4, 3, 0])), Throws.TypeOf<ShapeException>().With.Message.Contains("none"));
        Assert.That(() => Compile(model, [2], training: false).Run(new float[2]), Throws.Nothing);
    }

    [Test]
    public void Bad_settings_and_shapes_are_refused()
    {
        Assert.That(() => new BatchNorm(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least one feature"));
        Assert.That(() => new BatchNorm(1, epsilon: -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("epsilon"));
        Assert.That(() => new BatchNorm(1, momentum: 1.5f), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("momentum"));
        Assert.That(() => Compile(new BatchNorm(3), [4]).Run(new float[8]), Throws.TypeOf<ShapeException>().With.Message.Contains("needs items of 3 features or channels, but got (2, 4)"));
    }

    [Test, Notes("3.1.2", "Training with batch normalisation")]
    public void A_frozen_layer_keeps_weights_and_running_statistics_for_100_steps()
    {
        var norm = new BatchNorm(4);
        var model = new Sequential(new Dense(2, 4), norm, new Tanh(), new Dense(4, 1));
        var trainer = new Trainer(device, model, Loss.MeanSquared, new Sgd(0.05f));
        var data = DataSet.WithTargets(Numbers(40), [2], Numbers(20, 1), [1]);
        trainer.Fit(data, epochs: 2, batch: 10);
        float[][] State() => [.. norm.Parameters.Select(parameter => parameter.ToArray())];
        norm.Frozen = true;
        var before = State();
        var dense = ((Dense)model.Parts[0]).Weight.ToArray();
        trainer.Fit(data, epochs: 50, batch: 10);
        Assert.That(State(), Is.EqualTo(before));
        Assert.That(((Dense)model.Parts[0]).Weight.ToArray(), Is.Not.EqualTo(dense));
        norm.Frozen = false;
        trainer.Fit(data, epochs: 1, batch: 10);
        foreach (var (now, then) in State().Zip(before))
            Assert.That(now, Is.Not.EqualTo(then));
    }

    [Test]
    public void A_frozen_layer_may_still_follow_the_data()
    {
        var norm = new BatchNorm(2) { FollowsWhenFrozen = true, Frozen = true };
        Compile(norm, [2]).Run(new float[] { 1, 2, 3, 5 });
        Assert.That(norm.Mean.ToArray(), Is.EqualTo(new[] { 0.2f, 0.35f }).Within(1e-6f));
    }

    [Test]
    public void A_layer_that_is_used_twice_follows_both_batches_in_turn()
    {
        var norm = new BatchNorm(1, momentum: 0.5f);
        device.Compile(graph => norm.Apply(graph.Input("a", [2, 1])) + norm.Apply(graph.Input("b", [2, 1]))).Run(new float[] { 1, 3 }, new float[] { 10, 14 });
        Assert.That(norm.Mean.ToArray()[0], Is.EqualTo(0.5f * (0.5f * 0 + 0.5f * 2) + 0.5f * 12).Within(1e-5f));
        Assert.That(norm.Variance.ToArray()[0], Is.EqualTo(0.5f * (0.5f * 1 + 0.5f * 2) + 0.5f * 8).Within(1e-5f));
    }

    [Test, Notes("3.1.2", "Batch normalisation and covariance shift")]
    public void Estimated_again_on_shifted_data_it_undoes_the_shift()
    {
        var model = new Sequential(new BatchNorm(3), new Dense(3, 8), new BatchNorm(8), new Tanh(), new Dense(8, 2));
        float[] x = Numbers(3 * 50), y = Numbers(2 * 50, 1), shifted = [.. x.Select((v, i) => (0.3f + i % 3) * v + 0.4f - 2 * (i % 3))];
        var trainer = new Trainer(device, model, Loss.MeanSquared, new Adam(0.01f));
        trainer.Fit(DataSet.WithTargets(x, [3], y, [2]), epochs: 5, batch: 10);
        BatchNorm.Reestimate(device, model, DataSet.Of(x, [3]), batch: 50);
        var expected = trainer.Predict(x, [3]);
        Assert.That(trainer.Predict(shifted, [3]).Zip(expected, (a, b) => Math.Abs(a - b)).Max(), Is.GreaterThan(0.05));
        // A batch size with a short last batch: the statistics are those of all samples, not means over batches.
        BatchNorm.Reestimate(device, model, DataSet.WithTargets(shifted, [3], y, [2]), batch: 7);
        Assert.That(trainer.Predict(shifted, [3]), Is.EqualTo(expected).Within(1e-4f));
        var (mean, variance) = Reference.ChannelStatistics([.. shifted.Select(v => (double)v)], 50, 3, 1);
        var first = (BatchNorm)model.Parts[0];
        for (var c = 0; c < 3; c++)
        {
            Assert.That(first.Mean.ToArray()[c], Is.EqualTo(mean[c]).Within(1e-5));
            Assert.That(first.Variance.ToArray()[c], Is.EqualTo(variance[c] * 50 / 49).Within(1e-5));
        }
    }

    [Test, Notes("3.1.2", "Batch normalisation and covariance shift")]
    public void Estimated_again_on_paler_digits_it_knows_them_as_well_as_before()
    {
        var digits = DrawnDigits.Draw(train: 2000, test: 1000);
        var paler = digits.Test.Map((image, pale) =>
        {
            for (var pixel = 0; pixel < image.Length; pixel++)
                pale[pixel] = 0.3f * image[pixel] + 0.4f;
        });
        var model = new Sequential(new Flatten(), new Dense(784, 64), new BatchNorm(64), new Relu(), new Dense(64, 10));
        var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(0.01f)) { Seed = 3 };
        trainer.Fit(digits.Train, epochs: 5, batch: 50);
        var before = trainer.Evaluate(digits.Test).Accuracy;
        Assert.That(before, Is.GreaterThan(0.85));
        Assert.That(trainer.Evaluate(paler).Accuracy, Is.LessThan(before - 0.2), "contrast 0.3 and brightness 0.4 are a shift");
        BatchNorm.Reestimate(device, model, paler);
        Assert.That(trainer.Evaluate(paler).Accuracy, Is.EqualTo(before).Within(0.02));
    }

    [Test]
    public void Estimating_again_needs_a_model_and_data_that_fit()
    {
        Assert.That(() => BatchNorm.Reestimate(device, new Dense(1, 1), DataSet.Of([1, 2], [1])), Throws.ArgumentException.With.Message.Contains("uses none"));
        Assert.That(() => BatchNorm.Reestimate(device, new BatchNorm(1), DataSet.Of([], [1])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("empty"));
        Assert.That(() => BatchNorm.Reestimate(device, new BatchNorm(1), DataSet.Of([1], [1])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("at least two"));
        var image = new BatchNorm(1);
        BatchNorm.Reestimate(device, image, DataSet.Of([1, 2, 3, 6], [1, 2, 2]));
        Assert.That((image.Mean.ToArray()[0], image.Variance.ToArray()[0]), Is.EqualTo((3f, 14f / 3)));
    }

    [Test]
    public void Saved_and_loaded_it_predicts_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        Sequential Model() => new(new Dense(2, 4), new BatchNorm(4), new Relu(), new Dense(4, 1));
        var model = Model();
        var trainer = new Trainer(device, model, Loss.MeanSquared, new Sgd(0.05f));
        trainer.Fit(DataSet.WithTargets(Numbers(40), [2], Numbers(20, 1), [1]), epochs: 2, batch: 5);
        model.Save(folder["model.safetensors"]);
        var other = Model();
        other.Load(folder["model.safetensors"]);
        Assert.That(new Trainer(device, other, Loss.MeanSquared, new Sgd(0.05f)).Predict(Numbers(20, 3), [2]), Is.EqualTo(trainer.Predict(Numbers(20, 3), [2])));
        Assert.That(other.Parameters.Select(parameter => parameter.Path), Does.Contain("1.mean").And.Contain("1.variance"));
    }

    [Test]
    public void A_training_that_was_stopped_goes_on_with_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        float[] Train(int epochs, params Callback[] callbacks)
        {
            using var own = Device.On(new HostRoute(1));
            var model = new Sequential(new Dense(2, 4), new BatchNorm(4), new Tanh(), new LayerNorm(4), new Dense(4, 1));
            new Trainer(own, model, Loss.MeanSquared, new Adam(0.05f)) { Seed = 5 }.Fit(DataSet.WithTargets(Numbers(46), [2], Numbers(23, 1), [1]), null, epochs, 5, callbacks);
            return [.. model.Parameters.SelectMany(parameter => parameter.ToArray())];
        }
        var straight = Train(4);
        Train(2, new Checkpoints(folder.Path));
        Assert.That(Train(4, new Checkpoints(folder.Path)), Is.EqualTo(straight));
    }

    [Test]
    public void A_step_allocates_nothing()
    {
        var model = new Sequential(new Dense(2, 4), new BatchNorm(4), new LayerNorm(4), new Dense(4, 1));
        var image = new BatchNorm(2);
        var optimiser = new Adam(0.01f);
        var step = device.Compile(graph =>
        {
            var loss = model.Apply(graph.Input("x", [6, 2])).Square().Mean() + image.Apply(graph.Input("i", [3, 2, 30, 30])).Square().Mean();
            graph.Minimise(loss, [.. model.Parameters, .. image.Parameters], optimiser);
            return loss;
        });
        step.Run(Numbers(12), Numbers(5400));
        for (var i = 0; i < 100; i++)
            step.Run();
        Assert.That(GarbageMeter.Least(() =>
        {
            for (var i = 0; i < 1000; i++)
                step.Run();
        }), Is.Zero);
    }
}
