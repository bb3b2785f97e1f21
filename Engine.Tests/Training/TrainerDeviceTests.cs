using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The trainer on a device that ILGPU drives: the host's losses, running means, and losses that are no numbers.</summary>
public sealed class TrainerDeviceTests
{
    private static readonly DataSet Samples = DataSet.WithLabels(
        [.. Enumerable.Range(0, 4 * 22).Select(i => MathF.Sin(3 * i) + (i % 4 == i / 4 % 3 ? 1 : 0))], [4], [.. Enumerable.Range(0, 22).Select(row => row % 3)], 3);

    private static History Train(string name)
    {
        using var device = Device.Open(name);
        var model = new Sequential(new Dense(4, 5), new Relu(), new Dropout(0.2f), new Dense(5, 3));
        return new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(0.02f) { ClipNorm = 1 }) { Seed = 4 }.Fit(Samples, Samples, epochs: 5, batch: 6);
    }

    [Test]
    public void Twenty_steps_follow_the_host()
    {
        var (host, device) = (Train("cpu"), Train("ilgpu-cpu"));
        Assert.That(device.Last.Step, Is.EqualTo(20));
        for (var epoch = 0; epoch < host.Count; epoch++)
        {
            Assert.That(device[epoch].Training.Loss, Is.EqualTo(host[epoch].Training.Loss).Within(1e-4));
            Assert.That(device[epoch].Validation!.Loss, Is.EqualTo(host[epoch].Validation!.Loss).Within(1e-4));
            Assert.That(device[epoch].Training.Accuracy, Is.EqualTo(host[epoch].Training.Accuracy).Within(1e-6));
        }
    }

    [Test]
    public void A_loss_that_is_no_number_is_found_by_the_end_of_the_epoch()
    {
        using var device = Device.Open("ilgpu-cpu");
        var trainer = new Trainer(device, new Sequential(new Dense(1, 1, init: Inits.Constant(1))), Loss.MeanSquared, new Sgd(0.1f));
        var set = DataSet.WithTargets([1, float.MaxValue], [1], [0, 0], [1]);
        Assert.That(() => trainer.Fit(set, null, epochs: 1, batch: 2), Throws.TypeOf<BadValueException>().With.Message.Contains("of train"));
    }
}
