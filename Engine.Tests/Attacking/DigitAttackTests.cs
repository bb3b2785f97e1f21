using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>What small changes do to a perceptron that reads nearly all digits: figures of an independent program, with room for another draw.</summary>
[Notes("2.1.7", "The anomaly detection problem")]
public sealed class DigitAttackTests
{
    private const float Little = 0.05f;
    private const float More = 0.1f;

    // That program: 97.1 % clean, 10.4 % and 0.0 % under FGSM, 43 % of wrong targets hit.
    [Test]
    public void A_perceptron_reads_digits_and_is_fooled_by_changes_that_nobody_sees()
    {
        using var device = Device.On(new HostRoute(2));
        var digits = DrawnDigits.Draw(train: 5_000, test: 500);
        var model = new Sequential(new Flatten(), new Dense(784, 256), new Relu(), new Dense(256, 256), new Relu(), new Dense(256, 10));
        var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(1e-3f)) { Seed = 1 };
        trainer.Fit(digits.Train, null, epochs: 3, batch: 100);
        double After(Attack attack, DataSet set) => trainer.Evaluate(new Attacker(device, model, Loss.SoftmaxCrossEntropy, attack).Perturb(set)).Accuracy;

        var wanted = DataSet.WithLabels([.. digits.Test.Inputs.Span], digits.Test.ItemShape, [.. Enumerable.Range(0, 500).Select(row => (row + 1 + row / 10 % 9) % 10)], 10);
        var clean = trainer.Evaluate(digits.Test).Accuracy;
        var (little, more) = (After(Attack.Fgsm(Little), digits.Test), After(Attack.Fgsm(More), digits.Test));
        var targeted = After(Attack.Pgd(Little, steps: 40) with { Targeted = true }, wanted.Take(100));
        TestContext.Out.WriteLine($"clean {clean:P1}, FGSM {little:P1} and {more:P1}, wrong targets hit {targeted:P1}");
        Assert.Multiple(() =>
        {
            Assert.That(clean, Is.AtLeast(0.95));
            Assert.That(little, Is.AtMost(0.2));
            Assert.That(more, Is.AtMost(0.01));
            Assert.That(targeted, Is.AtLeast(0.35));
        });
    }
}
