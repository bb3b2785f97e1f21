using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The objective of a training step, and adversarial training as one of them.</summary>
[Notes("2.1.7", "The anomaly detection problem")]
public sealed class AdversarialTrainingTests
{
    private const int Inputs = 4;
    private const int Classes = 3;

    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    // Most of what tells the classes apart is a little of each input, which an attack can undo; a part is one strong input.
    private static DataSet Clusters(int count, ulong seed = 3)
    {
        var stream = new Philox(seed);
        var (values, labels) = (new float[count * Inputs], new int[count]);
        for (var row = 0; row < count; row++)
        {
            labels[row] = row % Classes;
            for (var c = 0; c < Inputs; c++)
                values[row * Inputs + c] = Math.Clamp(0.5f + (c == labels[row] ? 0.2f : 0) + 0.05f * stream.NextNormal(), 0, 1);
        }
        return DataSet.WithLabels(values, [Inputs], labels, Classes);
    }

    private static Sequential Classifier() => new(new Dense(Inputs, 16), new Tanh(), new Dense(16, Classes));

    [TestCase(0.5f)]
    [TestCase(0f)]
    [TestCase(1f)]
    public void A_step_follows_the_gradient_of_both_losses_and_not_through_the_attack(float share)
    {
        const float rate = 0.5f;
        var (attack, set) = (Attack.Fgsm(0.1f), Clusters(12));
        var (model, twin) = (Classifier(), Classifier());
        var changed = new Attacker(device, model, Loss.SoftmaxCrossEntropy, attack).Perturb(set);

        // the same by hand, with the changed batch as plain numbers
        var step = device.Compile(graph =>
        {
            var labels = graph.Labels("labels", [graph.Batch], Classes);
            Tensor Of(string name) => Loss.SoftmaxCrossEntropy.Of(twin.Apply(graph.Input(name, [graph.Batch, Inputs])), labels);
            var loss = Of("clean") * share + Of("changed") * (1 - share);
            graph.Minimise(loss, twin.Parameters, new Sgd(rate));
            return loss;
        });
        var wanted = step.Run(
            Feed.Of("labels", set.Labels), Feed.Of("clean", set.Inputs), Feed.Of("changed", changed.Inputs))[0].Scalar();

        var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Sgd(rate)) { Objective = new AdversarialTraining(attack, share) };
        var loss = trainer.Fit(set, null, epochs: 1, batch: 12).Last.Training.Loss;
        Assert.That(loss, Is.EqualTo(wanted).Within(1e-5));
        foreach (var (mine, byHand) in model.Parameters.Zip(twin.Parameters))
            Assert.That(mine.ToArray(), Is.EqualTo(byHand.ToArray()).Within(1e-5), mine.Path);
    }

    [Test]
    public void It_withstands_an_attack_that_the_plain_training_does_not()
    {
        var attack = Attack.Fgsm(0.08f);
        double Attacked(Objective objective)
        {
            var (model, train, test) = (Classifier(), Clusters(300), Clusters(150, seed: 4));
            var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(0.02f)) { Seed = 1, Objective = objective };
            trainer.Fit(train, null, epochs: 20, batch: 30);
            Assert.That(trainer.Evaluate(test).Accuracy, Is.AtLeast(0.95));
            return trainer.Evaluate(new Attacker(device, model, Loss.SoftmaxCrossEntropy, attack).Perturb(test)).Accuracy;
        }
        var (plain, hardened) = (Attacked(new ForwardPass()), Attacked(new AdversarialTraining(attack)));
        TestContext.Out.WriteLine($"accuracy under attack: plain {plain:F3}, with adversarial training {hardened:F3}");
        Assert.That(hardened, Is.GreaterThan(plain));
    }

    [Test]
    public void The_attack_sees_layers_as_in_use()
    {
        // With dropout of nearly everything, an attack in training mode would find no gradient and change nothing.
        var model = new Sequential(new Dropout(0.999f), new Dense(Inputs, Classes), new BatchNorm(Classes));
        var set = Clusters(12);
        var function = device.Compile(graph =>
        {
            var attacked = Attack.Fgsm(0.1f).Of(model, Loss.SoftmaxCrossEntropy, graph.Input("input", [graph.Batch, Inputs]), graph.Labels("target", [graph.Batch]));
            Assert.That(graph.Training);
            return attacked;
        }, training: true);
        var inTraining = function.Run(Feed.Of("input", set.Inputs), Feed.Of("target", set.Labels))[0].ToArray();
        Assert.That(inTraining, Is.EqualTo(new Attacker(device, model, Loss.SoftmaxCrossEntropy, Attack.Fgsm(0.1f)).Perturb(set).Inputs.ToArray()));
        Assert.That(inTraining, Is.Not.EqualTo(set.Inputs.ToArray()));
        Assert.That(model.Parameters.Single(parameter => parameter.LocalName == "mean").ToArray(), Is.All.Zero);
    }

    [Test]
    public void An_objective_of_ones_own_is_what_is_minimised_and_evaluation_stays_plain()
    {
        var (model, set) = (Classifier(), Clusters(12));
        var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Sgd(1e-30f)) { Objective = new Thrice() };
        var history = trainer.Fit(set, set, epochs: 1, batch: 12);
        Assert.That(history.Last.Training.Loss, Is.EqualTo(3 * history.Last.Validation!.Loss).Within(1e-5));
        Assert.That(history.Last.Training.Accuracy, Is.EqualTo(history.Last.Validation.Accuracy));
    }

    [Test]
    public void Several_steps_of_an_attack_are_a_part_of_the_training_step()
    {
        var trainer = new Trainer(device, Classifier(), Loss.SoftmaxCrossEntropy, new Adam(0.02f))
        {
            Seed = 1,
            Objective = new AdversarialTraining(Attack.Pgd(0.05f, steps: 5), share: 0),
        };
        var history = trainer.Fit(Clusters(60), null, epochs: 15, batch: 20);
        Assert.That(history.Last.Training.Loss, Is.LessThan(0.8 * history[0].Training.Loss));
    }

    [Test]
    public void A_thousand_steps_allocate_nothing()
    {
        var meter = new Meter(from: 100, to: 1100);
        var trainer = new Trainer(device, Classifier(), Loss.SoftmaxCrossEntropy, new Adam(0.02f)) { Objective = new AdversarialTraining(Attack.Fgsm(0.1f)) };
        trainer.Fit(Clusters(4 * 1105), null, epochs: 1, batch: 4, meter);
        Assert.That(meter.Bytes, Is.Zero);
    }

    [Test]
    public void Settings_that_make_no_sense_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new AdversarialTraining(Attack.Fgsm(0.1f), share: 1.1f), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("[0, 1]"));
        Assert.That(() => new AdversarialTraining(Attack.Fgsm(0.1f) with { Targeted = true }), Throws.ArgumentException.With.Message.Contains("targeted"));
    });

    private sealed class Thrice : Objective
    {
        public override Tensor Of(Layer model, Loss loss, Tensor input, Tensor target, out Tensor prediction)
        {
            prediction = model.Apply(input);
            return loss.Of(prediction, target) * 3;
        }
    }

    private sealed class Meter(int from, int to) : Callback
    {
        private long before;

        public long Bytes { get; private set; } = -1;

        public override void OnStepEnd(TrainingRun run)
        {
            if (run.Step == from)
                before = GC.GetTotalAllocatedBytes(precise: true);
            else if (run.Step == to)
                Bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        }
    }
}
