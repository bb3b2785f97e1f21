using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The objective of a training step, and adversarial training as one of them.</summary>
[NonParallelizable, Notes("2.1.7", "The anomaly detection problem")]
public sealed class AdversarialTrainingTests
{
    private const int Classes = 3;
    private const int Inputs = 5 * Classes;

    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    // Of the inputs that stand for a class one says it loudly, if with noise; four say it precisely, but less than an attack can undo.
    private static DataSet Clusters(int count, ulong seed = 3)
    {
        var stream = new Philox(seed);
        var (values, labels) = (new float[count * Inputs], new int[count]);
        for (var row = 0; row < count; row++)
        {
            labels[row] = row % Classes;
            for (var i = 0; i < Inputs; i++)
            {
                var (shift, noise) = i < Classes ? (0.4f, 0.12f) : (0.06f, 0.03f);
                values[row * Inputs + i] = Math.Clamp(0.3f + (i % Classes == labels[row] ? shift : 0) + noise * stream.NextNormal(), 0, 1);
            }
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
        Assert.That(hardened, Is.GreaterThan(plain + 0.1));
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
        var samples = Clusters(4 * 1105);
        GarbageMeter.FindsNothing(from: 100, to: 1100, meter =>
            new Trainer(device, Classifier(), Loss.SoftmaxCrossEntropy, new Adam(0.02f)) { Objective = new AdversarialTraining(Attack.Fgsm(0.1f)) }
                .Fit(samples, null, epochs: 1, batch: 4, meter));
    }

    // With 1 / 2 both batches count by half, so that the price of activity is paid once and not twice.
    [TestCase(0.5f)]
    [TestCase(0f)]
    [TestCase(1f)]
    public void What_activations_cost_is_shared_out_like_the_loss(float share)
    {
        const float rate = 0.5f, price = 0.3f;
        Sequential Priced() => new(new Dense(Inputs, 6), new Tanh(), new ActivityPenalty(price), new Dense(6, Classes));
        var (attack, set) = (Attack.Fgsm(0.1f), Clusters(12));
        var (model, twin) = (Priced(), Priced());
        var changed = new Attacker(device, model, Loss.SoftmaxCrossEntropy, attack).Perturb(set);
        var step = device.Compile(graph =>
        {
            var labels = graph.Labels("labels", [graph.Batch], Classes);
            Tensor Of(string name)
            {
                var active = twin.Parts[1].Apply(twin.Parts[0].Apply(graph.Input(name, [graph.Batch, Inputs])));
                return Loss.SoftmaxCrossEntropy.Of(twin.Parts[3].Apply(active), labels) + price / graph.Batch * active.Abs().Sum();
            }
            graph.Minimise(Of("clean") * share + Of("changed") * (1 - share), twin.Parameters, new Sgd(rate));
        });
        step.Run(Feed.Of("labels", set.Labels), Feed.Of("clean", set.Inputs), Feed.Of("changed", changed.Inputs));

        new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Sgd(rate)) { Objective = new AdversarialTraining(attack, share) }
            .Fit(set, null, epochs: 1, batch: 12);
        foreach (var (mine, byHand) in model.Parameters.Zip(twin.Parameters))
            Assert.That(mine.ToArray(), Is.EqualTo(byHand.ToArray()).Within(1e-5), mine.Path);
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
}
