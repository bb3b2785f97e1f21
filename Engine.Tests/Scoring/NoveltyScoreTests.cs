using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Novelty scores: their formulas in doubles, and whether they tell the unknown from the known.</summary>
[Notes("2.1.7", "The anomaly detection problem")]
public sealed class NoveltyScoreTests
{
    private const int Known = 7;

    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(2));

    [TearDown]
    public void Close() => device.Dispose();

    // The identity as a model, so that the inputs are the logits; the large ones would overflow an unshifted sum.
    private static readonly float[][] logits = [[1, 2, -1], [0, 0, 0], [300, 299, -300], [-200, -201, -199], [88, -88, 0]];

    private static DataSet Logits => DataSet.Of([.. logits.SelectMany(row => row)], [3]);

    private static double LogSumExp(IEnumerable<double> x) => x.Max() + Math.Log(x.Sum(value => Math.Exp(value - x.Max())));

    [Test]
    public void The_greatest_softmax_is_turned_into_nats() => Assert.That(
        new MaxSoftmaxScore().Of(device, new Identity(), Logits, batch: 2),
        Is.EqualTo(logits.Select(row => LogSumExp(row.Select(value => (double)value)) - row.Max())).Within(1e-6));

    [TestCase(1f)]
    [TestCase(2.5f)]
    public void The_energy_is_the_log_of_a_sum(float temperature) => Assert.That(
        new EnergyScore { Temperature = temperature }.Of(device, new Identity(), Logits),
        Is.EqualTo(logits.Select(row => -temperature * LogSumExp(row.Select(value => (double)value / temperature)))).Within(3e-5));

    [Test]
    public void A_reconstruction_is_scored_by_its_mean_squared_error() => Assert.That(
        new ReconstructionScore().Of(device, new Dense(3, 3, init: Inits.Zeros), Logits),
        Is.EqualTo(logits.Select(row => row.Average(value => (double)value * value))).Within(1e-6).Percent);

    [Test]
    public void Noise_and_digits_that_were_never_seen_score_higher()
    {
        var digits = DrawnDigits.Draw(train: 2500, test: 600);
        var train = Only(digits.Train, label => label < Known);
        var model = new Sequential(new Flatten(), new Dense(784, 128, init: Inits.HeNormal), new Relu(), new Dense(128, Known));
        var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(2e-3f)) { Seed = 1 };
        trainer.Fit(train, null, epochs: 6, batch: 50);
        var known = Only(digits.Test, label => label < Known);
        var areas = new (string Name, NoveltyScore Score)[] { ("softmax", new MaxSoftmaxScore()), ("energy", new EnergyScore()) }.ToDictionary(
            one => one.Name,
            one => (Noise: Area(one.Score, Noise(300, digits.Test.ItemShape)), Unseen: Area(one.Score, digits.Test.Where(row => digits.Test.Labels.Span[row] >= Known))));
        TestContext.Out.WriteLine(string.Join("; ", areas.Select(area => $"{area.Key}: noise {area.Value.Noise:F3}, unseen classes {area.Value.Unseen:F3}")));
        Assert.That(areas.Values.Max(area => area.Unseen), Is.AtLeast(0.8));

        double Area(NoveltyScore score, DataSet novel) => Auroc.Of(score.Of(device, model, novel), score.Of(device, model, known));
    }

    [Test]
    public void An_autoencoder_gives_noise_back_worse_than_digits()
    {
        var digits = DrawnDigits.Draw(train: 1000, test: 300);
        var model = new Sequential(new Dense(784, 32), new Relu(), new Dense(32, 784), new Sigmoid());
        var flat = Flat(digits.Train);
        new Trainer(device, model, Loss.MeanSquared, new Adam(2e-3f)) { Seed = 1 }.Fit(flat, null, epochs: 4, batch: 50);
        var score = new ReconstructionScore();
        var area = Auroc.Of(score.Of(device, model, Noise(300, [784])), score.Of(device, model, Flat(digits.Test)));
        TestContext.Out.WriteLine($"reconstruction: noise {area:F3}");
        Assert.That(area, Is.AtLeast(0.95));
    }

    [Test]
    public void A_model_that_does_not_fit_the_score_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new ReconstructionScore().Of(device, new Dense(3, 2), Logits), Throws.TypeOf<ShapeException>().With.Message.Contains("autoencoder"));
        Assert.That(() => new EnergyScore { Temperature = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new MaxSoftmaxScore().Of(device, new Identity(), DataSet.Of(new float[8], [2, 2])), Throws.TypeOf<ShapeException>().With.Message.Contains("(batch, classes)"));
        Assert.That(new EnergyScore().Of(device, new Identity(), DataSet.Of([], [3])), Is.Empty);
    });

    private static DataSet Only(DataSet set, Predicate<int> wanted)
    {
        var part = set.Where(row => wanted(set.Labels.Span[row]));
        return DataSet.WithLabels([.. part.Inputs.Span], part.ItemShape, [.. part.Labels.Span], Known);
    }

    private static DataSet Flat(DataSet set) => DataSet.Of([.. set.Inputs.Span], [(int)set.ItemShape.Elements]);

    private static DataSet Noise(int count, Shape shape)
    {
        var stream = new Philox(21);
        return DataSet.Of([.. Enumerable.Range(0, count * (int)shape.Elements).Select(_ => stream.NextFloat())], shape);
    }
}
