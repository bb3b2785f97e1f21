using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>
/// The kinds of layers, penalties and constraints of each chapter's recipes, with few units, train 20 steps on every device of this
/// machine; the losses are those of the host route. The weights, the order of the samples and the dropout masks come from one seed.
/// </summary>
[Category("Kernels")]
public sealed class AgreementTests
{
    private const int Steps = 20;
    private const int Inputs = 6;
    private const int Classes = 3;
    private const double Tolerance = 1e-4;

    // A row a kind of network: few units and samples, because the simulator takes its time.
    private static readonly Dictionary<string, Job> jobs = new()
    {
        ["chapter 1, perceptron"] = new Job(Batch: 8, Waves(Steps * 8), device => new Trainer(
            device, new Sequential(new Flatten(), new Dense(64, 16), new Relu(), new Dense(16, 12), new Relu(), new Dense(12, 4)),
            Loss.SoftmaxCrossEntropy, new Adam(1e-2f))),

        ["chapter 1, tanh"] = Clustered(device => new Trainer(
            device, new Sequential(new Dense(Inputs, 8), new Tanh(), new Dense(8, 6), new Tanh(), new Dense(6, Classes)),
            Loss.SoftmaxCrossEntropy, new Adam(0.02f))),

        ["chapter 2, regularisation"] = Clustered(device => new Trainer(
            device, new Sequential(new Dropout(0.2f), new Dense(Inputs, 12), new Relu(), new ActivityPenalty(1e-3f), new Dropout(0.5f), new Dense(12, Classes)),
            Loss.SoftmaxCrossEntropy, new Momentum(0.1f) { WeightDecay = 1e-3f })
        {
            Penalties = [new L1(1e-3f), new L2(1e-2f)],
            Constraints = [new MaxNorm(1.5f), new WeightDecay(0.999f), new SoftThreshold(1e-3f)],
        }),

        ["chapter 3, batch normalisation"] = Clustered(device => new Trainer(
            device, new Sequential(
                new Dense(Inputs, 8), new BatchNorm(8), new Sigmoid(), new Dense(8, 8), new BatchNorm(8), new Sigmoid(), new Dense(8, Classes)),
            Loss.SoftmaxCrossEntropy, new Adam(0.05f))),

        ["chapter 4, activations"] = Clustered(device => new Trainer(
            device, new Sequential(
                new Dense(Inputs, 8), new LeakyRelu(), new Residual(new Sequential(new Dense(8, 8), new PRelu(8), new Dense(8, 8)), activation: new Elu()),
                new Dense(8, 8), new Selu(), new Residual(new Sequential(new Dense(8, 8), new Gelu(), new Dense(8, 8))), new Silu(), new Dense(8, Classes)),
            Loss.SoftmaxCrossEntropy, new Adam(0.01f))),

        ["chapter 6, competition"] = Clustered(device => new Trainer(
            device, new Sequential(new Maxout(Inputs, 6, pieces: 3), new Dense(6, 8), new Lwta(), new Dense(8, Classes)),
            Loss.SoftmaxCrossEntropy, new Adam(0.02f))),

        ["chapter 8, fine-tuning"] = Clustered(FineTuner),

        ["chapter 9, convolutions"] = new Job(Batch: 4, Waves(Steps * 4), device => new Trainer(
            device, new LeNet(size: 8, classes: 4, maps: 2, hidden: 16, dropout: 0.2f), Loss.SoftmaxCrossEntropy, new Adam(1e-2f))),

        ["chapter 10, attention"] = new Job(Batch: 4, Waves(Steps * 4), device => new Trainer(
            device, new Sequential(
                new Reshape([8, 8]), new TransformerEncoder(depth: 1, width: 8, heads: 2, hidden: 16, causal: true, dropout: 0.1f), new Flatten(), new Dense(64, 4)),
            Loss.SoftmaxCrossEntropy, new Adam(1e-2f))),

        ["chapter 15, recurrence"] = new Job(Batch: 4, Waves(Steps * 4), device => new Trainer(
            device, new Sequential(
                new Reshape([8, 8]), new Lstm(8, 5, bidirectional: true, peepholes: true), new Gru(10, 4), new SimpleRnn(4, 6) { ReturnsSteps = false }, new Dense(6, 4)),
            Loss.SoftmaxCrossEntropy, new Adam(2e-2f))),

        ["chapter 15, neural Turing machine"] = new Job(Batch: 4, Waves(Steps * 4), device => new Trainer(
            device, new Sequential(
                new Reshape([8, 8]), new NeuralTuringMachine(8, 4, units: 6, slots: 5, width: 3), new Flatten(), new Dense(32, 4)),
            Loss.SoftmaxCrossEntropy, new Adam(2e-2f))),
    };

    private static IEnumerable<string> Names => jobs.Keys;

    [Test]
    public void Twenty_steps_have_the_losses_of_the_host(
        [ValueSource(typeof(Devices), nameof(Devices.Names))] string device, [ValueSource(nameof(Names))] string name)
    {
        var losses = jobs[name].Losses(Devices.Open(device));
        Assert.That(losses, Is.EqualTo(jobs[name].Host).Within(Tolerance));
        Assert.That(losses[^5..].Average(), Is.LessThan(0.95 * losses[..5].Average()), "it learns");
    }

    [Test]
    public void Narrow_vectors_have_the_losses_of_wide_ones([Values(4, 8)] int lanes, [ValueSource(nameof(Names))] string name) =>
        Assert.That(jobs[name].Losses(new HostRoute(1, lanes)), Is.EqualTo(jobs[name].Host).Within(Tolerance));

    [TestCaseSource(nameof(Names))]
    public void Another_seed_has_other_losses(string name) =>
        Assert.That(jobs[name].Losses(new HostRoute(2), seed: 2), Is.Not.EqualTo(jobs[name].Host).Within(Tolerance), "else the comparison sees nothing");

    // One task is learned and remembered; then a new head learns another, at lower rates below it and with the first layer frozen.
    private static Trainer FineTuner(Device device)
    {
        var first = new Dense(Inputs, 8);
        var model = new Sequential(first, new Relu(), new Dense(8, 8), new Relu(), new Dense(8, 2));
        var earlier = DataSet.WithLabels(Clusters(8).Inputs.ToArray(), [Inputs], [0, 1, 1, 0, 1, 1, 0, 1], 2);
        new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(0.02f)) { Seed = device.Parameters.Seed }.Fit(earlier, null, epochs: 3, batch: 4);
        var memory = new ElasticWeightConsolidation(100);
        memory.Consolidate(device, model, Loss.SoftmaxCrossEntropy, earlier);
        model.ReplaceHead(Classes);
        DiscriminativeRates.Set(model);
        first.Trainable = false;
        return new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(0.02f)) { Constraints = [memory.ProximalStep] };
    }

    private static Job Clustered(Func<Device, Trainer> trainer) => new(Batch: 8, Clusters(Steps * 8), trainer);

    private static DataSet Clusters(int count) => DataSet.WithLabels(
        [.. Enumerable.Range(0, count * Inputs).Select(i => (i % Inputs % Classes == i / Inputs % Classes ? 1 : 0) + 0.3f * MathF.Sin(7 * i))], [Inputs],
        [.. Enumerable.Range(0, count).Select(row => row % Classes)], Classes);

    // A wave of each class, with some noise.
    private static DataSet Waves(int count) => DataSet.WithLabels(
        [.. Enumerable.Range(0, count * 64).Select(i => MathF.Sin((i / 64 % 4 + 1) * (i % 64)) + 0.3f * MathF.Sin(7 * i))], [1, 8, 8],
        [.. Enumerable.Range(0, count).Select(i => i % 4)], classes: 4);

    /// <param name="Batch">Samples in a step.</param>
    /// <param name="Samples">As many as 20 steps take.</param>
    /// <param name="Trainer">Makes the model and its trainer, which takes its seed from the device.</param>
    private sealed record Job(int Batch, DataSet Samples, Func<Device, Trainer> Trainer)
    {
        private double[]? host;

        public double[] Host => host ??= Losses(new HostRoute(2));

        public double[] Losses(Route route, ulong seed = 1)
        {
            using var device = Device.On(route);
            device.Parameters.Seed = seed;
            var watch = new Watch();
            Trainer(device).Fit(Samples, null, epochs: 1, Batch, watch);
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
