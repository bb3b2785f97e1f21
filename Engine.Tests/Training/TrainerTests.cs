using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The trainer: learning, means over true sizes, the same bits twice, no garbage, and errors that say what to do.</summary>
[NonParallelizable]
public sealed class TrainerTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    private static Sequential Classifier(int inputs = 4, int classes = 3) =>
        new(new Dense(inputs, 8), new Relu(), new Dropout(0.25f), new Dense(8, classes));

    private static DataSet Clusters(int count, int inputs = 4, int classes = 3)
    {
        var values = new float[count * inputs];
        var labels = new int[count];
        for (var row = 0; row < count; row++)
        {
            labels[row] = row % classes;
            for (var c = 0; c < inputs; c++)
                values[row * inputs + c] = (c == labels[row] ? 1 : 0) + 0.2f * MathF.Sin(17 * row + 5 * c);
        }
        return DataSet.WithLabels(values, [inputs], labels, classes);
    }

    private Trainer Make(Layer model, Loss? loss = null, Optimiser? optimiser = null, ulong seed = 1) =>
        new(device, model, loss ?? Loss.SoftmaxCrossEntropy, optimiser ?? new Adam(0.02f)) { Seed = seed };

    [Test, Notes("1", "Multi-layer perceptrons with sigmoids and backpropagation")]
    public void A_perceptron_learns_clusters()
    {
        var trainer = Make(Classifier());
        var history = trainer.Fit(Clusters(300), Clusters(60), epochs: 5, batch: 16);
        Assert.That(history, Has.Count.EqualTo(5));
        Assert.That(history.Last.Validation!.Accuracy, Is.AtLeast(0.95));
        Assert.That(history[4].Training.Loss, Is.LessThan(history[0].Training.Loss));
        Assert.That(trainer.Evaluate(Clusters(60)).Loss, Is.EqualTo(history.Last.Validation.Loss));
    }

    [Test]
    public void Without_a_seed_that_of_the_device_counts()
    {
        device.Parameters.Seed = 5;
        var trainer = new Trainer(device, Classifier(), Loss.SoftmaxCrossEntropy, new Sgd(0.1f));
        trainer.Evaluate(Clusters(6));
        Assert.That((trainer.Seed, device.Parameters.Seed), Is.EqualTo((5UL, 5UL)));
    }

    [Test]
    public void Metrics_of_one_name_are_refused()
    {
        var trainer = new Trainer(device, Classifier(), Loss.SoftmaxCrossEntropy, new Sgd(0.1f)) { Metrics = [new Accuracy(), new Accuracy { Ignored = 1 }] };
        Assert.That(() => trainer.Evaluate(Clusters(6)), Throws.ArgumentException.With.Message.EqualTo(
            "Trainer: each metric needs a name of its own, other than 'loss', but 'accuracy' comes twice.\nLeave one of them out, or write a metric with another name."));
    }

    [Test]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads()
    {
        float[] Weights(int threads, ulong seed)
        {
            using var here = Device.On(new HostRoute(threads));
            var model = Classifier();
            new Trainer(here, model, Loss.SoftmaxCrossEntropy, new Adam(0.02f)) { Seed = seed }.Fit(Clusters(100), null, epochs: 2, batch: 16);
            return [.. model.Parameters.SelectMany(parameter => parameter.ToArray())];
        }

        var once = Weights(1, 7);
        Assert.That(Weights(1, 7), Is.EqualTo(once));
        Assert.That(Weights(3, 7), Is.EqualTo(once));
        Assert.That(Weights(1, 8), Is.Not.EqualTo(once));
    }

    [Test]
    public void A_mean_counts_every_sample_once_whatever_the_batches()
    {
        var model = Classifier();
        var set = Clusters(23);
        var whole = Make(model).Evaluate(set);
        var parts = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Sgd(0.1f)) { Seed = 1, EvaluationBatch = 5 }.Evaluate(set);
        Assert.That(parts.Loss, Is.EqualTo(whole.Loss).Within(1e-6));
        Assert.That(parts.Accuracy, Is.EqualTo(whole.Accuracy).Within(1e-9));
        Assert.That(parts.Samples, Is.EqualTo(23));
    }

    [Test]
    public void Training_loss_is_the_mean_over_the_batches()
    {
        var model = new Sequential(new Dense(4, 3));
        var set = Clusters(10);
        var before = Make(model, optimiser: new Sgd(1e-30f)).Evaluate(set);
        var history = Make(model, optimiser: new Sgd(1e-30f)).Fit(set, null, epochs: 1, batch: 4);
        Assert.That(history.Last.Training.Loss, Is.EqualTo(before.Loss).Within(1e-6));
        Assert.That(history.Last.Training.Accuracy, Is.EqualTo(before.Accuracy).Within(1e-9));
        Assert.That(history.Last.Step, Is.EqualTo(3));
    }

    [Test]
    public void Predictions_come_in_the_order_of_the_samples()
    {
        var model = new Sequential(new Dense(1, 1, init: Inits.Constant(2)));
        var trainer = new Trainer(device, model, Loss.MeanSquared, new Sgd(0.1f)) { EvaluationBatch = 2 };
        Assert.That(trainer.Predict([1, 2, 3, 4, 5], [1]), Is.EqualTo(new float[] { 2, 4, 6, 8, 10 }));
        Assert.That(trainer.Predict([], [1]), Is.Empty);
    }

    [Test]
    public void A_set_with_nothing_to_predict_is_reproduced()
    {
        var model = new Sequential(new Dense(4, 4, bias: false));
        var history = Make(model, Loss.MeanSquared).Fit(DataSet.Of([.. Clusters(50).Inputs.Span], [4]), null, epochs: 30, batch: 10);
        Assert.That(history.Last.Training.Loss, Is.LessThan(0.05 * history[0].Training.Loss));
    }

    [Test]
    public void A_thousand_steps_allocate_nothing()
    {
        const int Warm = 100, Counted = 1000, Size = 4;
        var report = new ReportProgress(_ => { }, TimeSpan.FromMilliseconds(1));
        var samples = Clusters((Warm + Counted + 5) * Size);
        GarbageMeter.FindsNothing(Warm, Warm + Counted, meter => Make(Classifier()).Fit(samples, null, epochs: 1, batch: Size, meter, report));
    }

    [Test]
    public void Training_stops_between_steps_when_cancelled()
    {
        using var source = new CancellationTokenSource();
        var trainer = Make(Classifier());
        trainer.Cancellation = source.Token;
        var counter = new StepCallback(run =>
        {
            if (run.Step == 3)
                source.Cancel();
        });
        Assert.That(() => trainer.Fit(Clusters(100), null, epochs: 2, batch: 10, counter), Throws.TypeOf<OperationCanceledException>());
        Assert.That(counter.Steps, Is.EqualTo(3));
    }

    [Test]
    public void A_schedule_sets_the_rate_of_every_epoch_and_the_optimiser_gets_its_own_back()
    {
        var optimiser = new Sgd(0.5f);
        var trainer = new Trainer(device, Classifier(), Loss.SoftmaxCrossEntropy, optimiser) { Schedule = new StepSchedule(every: 1, decay: 0.5) };
        var history = trainer.Fit(Clusters(20), null, epochs: 3, batch: 10);
        Assert.That(history.Select(epoch => epoch.LearningRate), Is.EqualTo(new[] { 0.5f, 0.25f, 0.125f }));
        Assert.That(optimiser.LearningRate, Is.EqualTo(0.5f));
    }

    [Test]
    public void One_sample_is_enough() =>
        Assert.That(Make(Classifier()).Fit(Clusters(1), null, epochs: 2, batch: 8).Last.Step, Is.EqualTo(2));

    [Test]
    public void A_batch_larger_than_the_set_is_one_short_batch() =>
        Assert.That(Make(Classifier()).Fit(Clusters(7), null, epochs: 1, batch: 100).Last.Step, Is.EqualTo(1));

    [Test]
    public void An_empty_set_is_refused() => Assert.That(
        () => Make(Classifier()).Fit(Clusters(0)), Throws.TypeOf<InvalidDataException>().With.Message.Contains("empty"));

    [TestCase(0)]
    [TestCase(-3)]
    public void A_batch_without_samples_is_refused(int size) => Assert.That(
        () => Make(Classifier()).Fit(Clusters(5), batch: size), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("batch"));

    [Test]
    public void A_learning_rate_of_zero_is_refused() => Assert.That(
        () => Make(Classifier(), optimiser: new Sgd(0)), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("learning rate"));

    [Test]
    public void Items_of_another_shape_are_refused_with_both_shapes_and_the_place() => Assert.That(
        () => Make(Classifier(inputs: 5)).Fit(Clusters(6), null, batch: 6),
        Throws.TypeOf<ShapeException>().With.Message.Contains("(6, 4)").And.Message.Contains("(5, 8)").And.Message.Contains("Sequential > 0 > Dense(5 -> 8)"));

    [Test]
    public void A_validation_set_of_another_shape_is_refused() => Assert.That(
        () => Make(Classifier()).Fit(Clusters(6), Clusters(6, inputs: 5)), Throws.TypeOf<InvalidDataException>().With.Message.Contains("(5)"));

    [Test]
    public void More_classes_than_outputs_are_refused_with_row_and_label() => Assert.That(
        () => Make(Classifier(classes: 2)).Fit(Clusters(6), null, batch: 6),
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("[0, 2)").And.Message.Contains("has 2"));

    [Test]
    public void Labels_for_a_loss_of_numbers_are_refused() => Assert.That(
        () => Make(Classifier(), Loss.MeanSquared).Fit(Clusters(6)), Throws.TypeOf<InvalidDataException>().With.Message.Contains("labels"));

    [Test]
    public void Numbers_for_a_loss_of_labels_are_refused() => Assert.That(
        () => Make(Classifier()).Fit(DataSet.Of([1, 2, 3, 4], [4])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("labels"));

    [Test]
    public void A_target_that_would_only_broadcast_is_refused() => Assert.That(
        () => Make(new Sequential(new Dense(1, 3)), Loss.MeanSquared).Fit(DataSet.WithTargets([1, 2], [1], [1, 2], [1])),
        Throws.TypeOf<ShapeException>().With.Message.Contains("(2, 3)").And.Message.Contains("(2, 1)"));

    [Test]
    public void A_loss_that_is_no_number_names_its_maker_and_changes_nothing()
    {
        // exp overflows once its input passes 88.7, and the difference of two infinities is no number.
        var model = new Sequential(new Dense(1, 1, init: Inits.Constant(1)), new Overflow());
        var keeper = new StepCallback(_ => { });
        var trainer = Make(model, Loss.MeanSquared, new Sgd(1e-30f));
        var set = DataSet.WithTargets([1, 2, 3, 100], [1], [0, 0, 0, 0], [1]);
        var error = Assert.Throws<BadValueException>(() => trainer.Fit(set, null, epochs: 1, batch: 1, keeper))!;
        Assert.That(error.Message, Does.StartWith("Exp in 1 made +inf at step"));
        Assert.That(error.Message, Does.Contain("of train"));
        Assert.That(model.Parameters[0].ToArray()[0], Is.EqualTo(1f));
        Assert.That(trainer.Device.Checks, Is.EqualTo(Checks.None));
    }

    [Test]
    public void A_metric_that_was_not_measured_is_named() => Assert.That(
        () => new Trainer(device, new Dense(1, 1), Loss.MeanSquared, new Sgd(0.1f)).Evaluate(DataSet.WithTargets([1], [1], [1], [1])).Accuracy,
        Throws.TypeOf<KeyNotFoundException>().With.Message.Contains("accuracy"));

    private sealed class Overflow : Layer
    {
        public override Tensor Forward(Tensor x) => x.Exp() - x.Exp() * 2;
    }

    private sealed class StepCallback(Action<TrainingRun> act) : Callback
    {
        public int Steps { get; private set; }

        public override void OnStepEnd(TrainingRun run)
        {
            Steps++;
            act(run);
        }
    }
}
