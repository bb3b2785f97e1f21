using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>
/// Attacks on inputs: exact on linear models, held against the formula in doubles elsewhere; they keep to epsilon and the range, and leave
/// the model alone.
/// </summary>
[Notes("2.1.7", "The anomaly detection problem")]
public sealed class AttackTests
{
    private const int Inputs = 5;
    private const int Classes = 3;

    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    private static DataSet Samples(int count, float low = 0.2f, float high = 0.8f)
    {
        var stream = new Philox(5);
        float[] inputs = [.. Enumerable.Range(0, count * Inputs).Select(_ => low + (high - low) * stream.NextFloat())];
        return DataSet.WithLabels(inputs, [Inputs], [.. Enumerable.Range(0, count).Select(row => row % Classes)], Classes);
    }

    private static Sequential Classifier() => new(new Dense(Inputs, 8), new Tanh(), new Dense(8, Classes));

    private DataSet Perturb(Layer model, Attack attack, DataSet set, int batch = 256) => new Attacker(device, model, Loss.SoftmaxCrossEntropy, attack).Perturb(set, batch);

    private double LossOf(Layer model, DataSet set) => new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Sgd(1)).Evaluate(set).Loss;

    private static double Farthest(DataSet a, DataSet b) => a.Inputs.ToArray().Zip(b.Inputs.ToArray()).Max(pair => Math.Abs((double)pair.First - pair.Second));

    // d(w x) for a change of epsilon sign(w) is epsilon sum |w|; for two classes the loss rises along the difference of their weights.
    [TestCase(0.25f)]
    [TestCase(0.015625f)]
    public void A_logit_of_a_linear_model_changes_by_epsilon_times_the_sum_of_its_weights(float epsilon)
    {
        float[] w = [0.5f, -2, 0.25f, 1, -0.125f, 0.75f];
        var model = new Dense(w.Length, 1, bias: false, init: Inits.Values(w));
        var set = DataSet.WithTargets([1, 2, 0.5f, -1, 3, -2], [w.Length], [0], [1]);
        var attack = Attack.Fgsm(epsilon) with { Low = -10, High = 10 };
        var trainer = new Trainer(device, model, Loss.BinaryCrossEntropy, new Sgd(1));
        var before = trainer.Predict(set)[0];
        var after = trainer.Predict(new Attacker(device, model, Loss.BinaryCrossEntropy, attack).Perturb(set))[0];
        Assert.That((double)after - before, Is.EqualTo(epsilon * w.Sum(Math.Abs)).Within(1e-6));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void One_step_is_the_sign_of_the_gradient_in_doubles(bool targeted)
    {
        const float epsilon = 0.05f;
        var model = new Dense(Inputs, Classes);
        var set = Samples(7);
        var changed = Perturb(model, Attack.Fgsm(epsilon) with { Targeted = targeted }, set);
        var (w, b) = (model.Weight.ToArray(), model.Bias!.ToArray());
        for (var row = 0; row < set.Count; row++)
        {
            var x = set.Item(row).ToArray();
            double[] logits = [.. Enumerable.Range(0, Classes).Select(c => b[c] + Enumerable.Range(0, Inputs).Sum(i => (double)x[i] * w[i * Classes + c]))];
            var sum = logits.Sum(Math.Exp);
            for (var i = 0; i < Inputs; i++)
            {
                var slope = Enumerable.Range(0, Classes).Sum(c => w[i * Classes + c] * (Math.Exp(logits[c]) / sum - (c == row % Classes ? 1 : 0)));
                Assert.That(changed.Item(row)[i], Is.EqualTo(x[i] + epsilon * Math.Sign(slope) * (targeted ? -1 : 1)).Within(1e-6));
            }
        }
    }

    [Test]
    public void An_epsilon_of_0_gives_the_inputs_back_bit_for_bit([Values] bool iterated)
    {
        var set = Samples(7, low: 0, high: 1);
        var changed = Perturb(Classifier(), iterated ? Attack.Pgd(0, 5) : Attack.Fgsm(0), set);
        Assert.That(changed.Inputs.ToArray(), Is.EqualTo(set.Inputs.ToArray()));
        Assert.That(changed.Labels.ToArray(), Is.EqualTo(set.Labels.ToArray()));
    }

    [Test]
    public void Where_the_gradient_is_0_inputs_stay()
    {
        var set = Samples(4);
        Assert.That(Perturb(new Dense(Inputs, Classes, init: Inits.Zeros), Attack.Fgsm(0.1f), set).Inputs.ToArray(), Is.EqualTo(set.Inputs.ToArray()));
    }

    [Test]
    public void Changed_inputs_stay_within_epsilon_and_the_range()
    {
        var set = Samples(40, low: -1, high: 1);
        var attack = Attack.Pgd(0.3f, steps: 7, stepSize: 0.2f) with { Low = -1, High = 1 };
        var changed = Perturb(Classifier(), attack, set, batch: 16);
        Assert.That(Farthest(changed, set), Is.LessThanOrEqualTo(0.3 + 1e-6).And.GreaterThan(0.29));
        Assert.That(changed.Inputs.ToArray(), Is.All.InRange(-1f, 1f).And.Some.EqualTo(1f).And.Some.EqualTo(-1f));
    }

    [Test]
    public void More_steps_raise_the_loss_further_and_a_targeted_attack_lowers_it()
    {
        var model = Classifier();
        var set = Samples(60);
        double After(Attack attack) => LossOf(model, Perturb(model, attack, set));
        var before = LossOf(model, set);
        var once = After(Attack.Fgsm(0.1f));
        Assert.That(once, Is.GreaterThan(before));
        Assert.That(After(Attack.Pgd(0.1f, steps: 10)), Is.GreaterThanOrEqualTo(once - 1e-6));
        Assert.That(After(Attack.Pgd(0.1f, steps: 10) with { Targeted = true }), Is.LessThan(before));
        Assert.That(After(Attack.Fgsm(0.1f) with { Targeted = true }), Is.LessThan(before), "the wanted class may be the one that the model gives already");
    }

    [Test]
    public void A_random_start_is_drawn_from_the_seed()
    {
        var (model, set) = (Classifier(), Samples(10));
        var attacker = new Attacker(device, model, Loss.SoftmaxCrossEntropy, Attack.Pgd(0.1f, steps: 1, stepSize: 0));
        var once = attacker.Perturb(set);
        Assert.That(Farthest(once, set), Is.GreaterThan(0.05).And.LessThanOrEqualTo(0.1 + 1e-6));
        Assert.That(attacker.Perturb(set).Inputs.ToArray(), Is.EqualTo(once.Inputs.ToArray()));
        device.Parameters.Seed = 77;
        Assert.That(Perturb(model, attacker.Attack, set).Inputs.ToArray(), Is.Not.EqualTo(once.Inputs.ToArray()));
    }

    [Test]
    public void Layers_act_as_in_use_and_nothing_of_the_model_changes()
    {
        var model = new Sequential(new Dense(Inputs, 8), new BatchNorm(8), new Relu(), new Dropout(0.5f), new Dense(8, Classes));
        var set = Samples(12);
        LossOf(model, set);
        float[] Values() => [.. model.Parameters.SelectMany(parameter => parameter.ToArray())];
        var before = Values();
        var changed = Perturb(model, Attack.Fgsm(0.1f), set);
        Assert.That(Values(), Is.EqualTo(before));
        // With dropout on, a second attack would take other signs.
        Assert.That(Perturb(model, Attack.Fgsm(0.1f), set).Inputs.ToArray(), Is.EqualTo(changed.Inputs.ToArray()));
    }

    [Test]
    public void An_autoencoder_is_attacked_through_what_it_should_give_back()
    {
        var (model, set) = (new Dense(Inputs, Inputs), DataSet.Of([.. Samples(9).Inputs.Span], [Inputs]));
        double LossOn(DataSet inputs) => new Trainer(device, model, Loss.MeanSquared, new Sgd(1)).Evaluate(
            DataSet.WithTargets([.. inputs.Inputs.Span], [Inputs], [.. set.Inputs.Span], [Inputs])).Loss;
        Assert.That(LossOn(new Attacker(device, model, Loss.MeanSquared, Attack.Fgsm(0.1f)).Perturb(set)), Is.GreaterThan(LossOn(set)));
    }

    [Test]
    public void An_empty_set_stays_empty() => Assert.That(Perturb(Classifier(), Attack.Fgsm(0.1f), Samples(0)).Count, Is.Zero);

    [Test]
    public void Inputs_outside_the_range_are_refused() => Assert.That(
        () => Perturb(Classifier(), Attack.Fgsm(0.1f) with { High = 0.25f }, Samples(5)),
        Throws.TypeOf<InvalidDataException>().With.Message.StartWith("Attack: inputs must lie in [0, 0.25], but one of sample 0 is"));

    [Test]
    public void Labels_that_are_no_class_of_the_model_are_refused() => Assert.That(
        () => Perturb(new Dense(Inputs, 2), Attack.Fgsm(0.1f), Samples(5)), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("[0, 2)"));

    [Test]
    public void A_set_without_labels_is_refused() => Assert.That(
        () => Perturb(Classifier(), Attack.Fgsm(0.1f), DataSet.Of([0, 0, 0, 0, 0], [Inputs])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("labels"));

    [Test]
    public void Settings_that_make_no_sense_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => Attack.Fgsm(-0.1f), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("epsilon"));
        Assert.That(() => Attack.Fgsm(float.NaN), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("epsilon"));
        Assert.That(() => Attack.Pgd(0.1f, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("step"));
        Assert.That(() => Attack.Pgd(0.1f, 3, -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("size"));
        Assert.That(() => Perturb(Classifier(), Attack.Fgsm(0.1f) with { Low = 2 }, Samples(0)), Throws.Nothing);
        Assert.That(() => Perturb(Classifier(), Attack.Fgsm(0.1f) with { Low = float.NaN }, Samples(1)), Throws.TypeOf<InvalidDataException>());
    });
}
