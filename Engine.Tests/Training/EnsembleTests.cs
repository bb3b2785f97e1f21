using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>A committee of models: whom each learns from, and what they say together.</summary>
[Notes("2.1.8", "Early stopping")]
public sealed class EnsembleTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    private static DataSet Line { get; } = DataSet.WithTargets(
        [.. Enumerable.Range(0, 30).Select(row => row / 15f - 1)], [1], [.. Enumerable.Range(0, 30).Select(row => 2 * (row / 15f - 1) + row % 3)], [1]);

    private Ensemble Make(ulong seed = 5) => new(3, own =>
        new Trainer(device, new Sequential(new Dense(1, 4), new Tanh(), new Dense(4, 1)), Loss.MeanSquared, new Adam(0.01f)) { Seed = own })
    { Seed = seed };

    [Test]
    public void It_answers_with_the_mean_of_models_that_differ()
    {
        var ensemble = Make();
        var histories = ensemble.Fit(Line, epochs: 3, batch: 7);
        Assert.That(histories.Select(history => history.Count), Is.EqualTo(new[] { 3, 3, 3 }));
        var answers = ensemble.Members.Select(member => member.Predict(Line)).ToArray();
        Assert.That(answers[0], Is.Not.EqualTo(answers[1]));
        Assert.That(ensemble.Predict(Line), Is.EqualTo(Enumerable.Range(0, 30).Select(row => (float)answers.Average(answer => (double)answer[row]))).Within(1e-6f));
    }

    [Test]
    public void Each_model_is_judged_by_a_fold_of_its_own()
    {
        var histories = Make().Fit(Line, epochs: 1, batch: 7);
        Assert.That(histories.Select(history => (history[0].Training.Samples, history[0].Validation!.Samples)), Is.All.EqualTo((20, 10)));
        Assert.That(histories.Select(history => history[0].Validation!.Loss), Is.Unique);
    }

    [Test]
    public void The_seed_decides_everything()
    {
        float[] Run(ulong seed)
        {
            var ensemble = Make(seed);
            ensemble.Fit(Line, epochs: 2, batch: 7);
            return ensemble.Predict(Line);
        }
        Assert.That(Run(5), Is.EqualTo(Run(5)));
        Assert.That(Run(5), Is.Not.EqualTo(Run(6)));
    }

    [Test]
    public void Wrong_use_is_refused()
    {
        Assert.That(() => new Ensemble(1, _ => null!), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least 2"));
        Assert.That(() => Make().Predict(Line), Throws.InvalidOperationException);
        Assert.That(() => Make().Fit(Line.Take(2), 1, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
