using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>
/// The main job's kinds of layers, with few units, train 20 steps on every device of this machine; the losses are those of the
/// host route. The weights, the order of the samples and the dropout masks come from one seed.
/// </summary>
[Category("Kernels")]
public sealed class AgreementTests
{
    private const int Steps = 20;
    private const int Batch = 32;
    private const double Tolerance = 1e-4;

    private static readonly DataSet digits = DrawnDigits.Draw(train: Steps * Batch, test: 1).Train;
    private static readonly Lazy<double[]> host = new(() => Losses(new HostRoute(2)));

    [TestCaseSource(typeof(Devices), nameof(Devices.Names))]
    public void Twenty_steps_have_the_losses_of_the_host(string device)
    {
        var losses = Losses(Devices.Open(device));
        Assert.That(losses, Is.EqualTo(host.Value).Within(Tolerance));
        Assert.That(losses[^1], Is.LessThan(0.95 * losses[0]), "it learns");
    }

    [Test]
    public void Narrow_vectors_have_the_losses_of_wide_ones([Values(4, 8)] int lanes) =>
        Assert.That(Losses(new HostRoute(1, lanes)), Is.EqualTo(host.Value).Within(Tolerance));

    [Test]
    public void Another_seed_has_other_losses() =>
        Assert.That(Losses(new HostRoute(2), seed: 2), Is.Not.EqualTo(host.Value).Within(Tolerance), "else the comparison sees nothing");

    private static double[] Losses(Route route, ulong seed = 1)
    {
        using var device = Device.On(route);
        var model = new Sequential(
            new Flatten(), new Dense(784, 24), new Relu(), new Dropout(0.2f), new Dense(24, 16), new Relu(), new Dropout(0.2f), new Dense(16, 10));
        var watch = new Watch();
        new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(3e-3f)) { Seed = seed }.Fit(digits, null, epochs: 1, Batch, watch);
        return [.. watch.Losses];
    }

    /// <summary>The loss of each step, from the mean over the steps so far.</summary>
    private sealed class Watch : Callback
    {
        private double sum;

        public List<double> Losses { get; } = [];

        public override void OnStepEnd(TrainingRun run)
        {
            var now = run.Loss * run.Batch;
            Losses.Add(now - sum);
            sum = now;
        }
    }
}
