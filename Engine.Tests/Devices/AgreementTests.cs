using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>
/// The kinds of layers of the recipes, with few units, train 20 steps on every device of this machine; the losses are those of the
/// host route. The weights, the order of the samples and the dropout masks come from one seed.
/// </summary>
[Category("Kernels")]
public sealed class AgreementTests
{
    private const int Steps = 20;
    private const double Tolerance = 1e-4;

    private static readonly Job perceptron = new(
        Batch: 32, Rate: 3e-3f, DrawnDigits.Draw(train: Steps * 32, test: 1).Train, () => new Sequential(
            new Flatten(), new Dense(784, 24), new Relu(), new Dropout(0.2f), new Dense(24, 16), new Relu(), new Dropout(0.2f), new Dense(16, 10)));

    // small images, because the simulator takes its time
    private static readonly Job convolutions = new(
        Batch: 4, Rate: 1e-2f, Waves(Steps * 4), () => new LeNet(size: 8, classes: 4, maps: 2, hidden: 16, dropout: 0.2f));

    private static readonly Job attention = new(
        Batch: 4, Rate: 1e-2f, Waves(Steps * 4), () => new Sequential(
            new Reshape([8, 8]), new TransformerEncoder(depth: 1, width: 8, heads: 2, hidden: 16, causal: true, dropout: 0.1f), new Flatten(), new Dense(64, 4)));

    [TestCaseSource(typeof(Devices), nameof(Devices.Names))]
    public void Twenty_steps_have_the_losses_of_the_host(string device) => HasTheLossesOfTheHost(perceptron, device);

    [TestCaseSource(typeof(Devices), nameof(Devices.Names))]
    public void Twenty_steps_of_convolutions_have_the_losses_of_the_host(string device) => HasTheLossesOfTheHost(convolutions, device);

    [TestCaseSource(typeof(Devices), nameof(Devices.Names))]
    public void Twenty_steps_of_a_transformer_have_the_losses_of_the_host(string device) => HasTheLossesOfTheHost(attention, device);

    [Test]
    public void Narrow_vectors_have_the_losses_of_wide_ones([Values(4, 8)] int lanes)
    {
        foreach (var job in new[] { perceptron, convolutions, attention })
            Assert.That(job.Losses(new HostRoute(1, lanes)), Is.EqualTo(job.Host).Within(Tolerance));
    }

    [Test]
    public void Another_seed_has_other_losses()
    {
        foreach (var job in new[] { perceptron, convolutions, attention })
            Assert.That(job.Losses(new HostRoute(2), seed: 2), Is.Not.EqualTo(job.Host).Within(Tolerance), "else the comparison sees nothing");
    }

    private static void HasTheLossesOfTheHost(Job job, string device)
    {
        var losses = job.Losses(Devices.Open(device));
        Assert.That(losses, Is.EqualTo(job.Host).Within(Tolerance));
        Assert.That(losses[^1], Is.LessThan(0.95 * losses[0]), "it learns");
    }

    // a wave of each class, with some noise
    private static DataSet Waves(int count) => DataSet.WithLabels(
        [.. Enumerable.Range(0, count * 64).Select(i => MathF.Sin((i / 64 % 4 + 1) * (i % 64)) + 0.3f * MathF.Sin(7 * i))], [1, 8, 8],
        [.. Enumerable.Range(0, count).Select(i => i % 4)], classes: 4);

    private sealed record Job(int Batch, float Rate, DataSet Samples, Func<Layer> Model)
    {
        private double[]? host;

        public double[] Host => host ??= Losses(new HostRoute(2));

        public double[] Losses(Route route, ulong seed = 1)
        {
            using var device = Device.On(route);
            var watch = new Watch();
            new Trainer(device, Model(), Loss.SoftmaxCrossEntropy, new Adam(Rate)) { Seed = seed }.Fit(Samples, null, epochs: 1, Batch, watch);
            return [.. watch.Losses];
        }
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
