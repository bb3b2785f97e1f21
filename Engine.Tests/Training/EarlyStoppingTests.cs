using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Early stopping on scripted losses: when it stops, and whose weights stay.</summary>
[Notes("2.1.8", "Early stopping")]
public sealed class EarlyStoppingTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    private (History History, List<float[]> Weights, float[] Final) Train(EarlyStopping stopping, int epochs)
    {
        var dense = new Dense(1, 1);
        var trainer = new Trainer(device, dense, Loss.MeanSquared, new Sgd(0.01f));
        var keeper = new WeightKeeper();
        var history = trainer.Fit(DataSet.WithTargets([1, 2, 3], [1], [5, 5, 5], [1]), null, epochs, 2, keeper, stopping);
        return (history, keeper.Weights, dense.Weight.ToArray());
    }

    private static Func<EpochRecord, double> Script(params double[] losses) => record => losses[record.Epoch - 1];

    [Test]
    public void It_stops_after_its_patience_with_the_weights_of_the_best_epoch()
    {
        var (history, weights, final) = Train(new EarlyStopping(patience: 2) { Figure = Script(5, 4, 3, 3.1, 3.2, 1) }, epochs: 6);
        Assert.That(history, Has.Count.EqualTo(5));
        Assert.That(final, Is.EqualTo(weights[2]));
        Assert.That(weights[4], Is.Not.EqualTo(weights[2]));
        Assert.That(history.StopReason, Does.Contain("epoch 3"));
    }

    [Test]
    public void The_last_weights_stay_when_it_is_told_so()
    {
        var (_, weights, final) = Train(new EarlyStopping(patience: 2, restoreBest: false) { Figure = Script(5, 4, 3, 3.1, 3.2) }, epochs: 5);
        Assert.That(final, Is.EqualTo(weights[4]));
    }

    [Test]
    public void The_best_weights_come_back_also_when_nothing_stops()
    {
        var (history, weights, final) = Train(new EarlyStopping(patience: 9) { Figure = Script(2, 1, 3, 4) }, epochs: 4);
        Assert.That(history, Has.Count.EqualTo(4));
        Assert.That(history.StopReason, Is.Null);
        Assert.That(final, Is.EqualTo(weights[1]));
    }

    [Test]
    public void A_gain_below_the_least_is_none()
    {
        var (history, _, _) = Train(new EarlyStopping(patience: 2, minDelta: 0.5) { Figure = Script(5, 4.8, 4.6, 4) }, epochs: 4);
        Assert.That(history, Has.Count.EqualTo(3));
    }

    [Test]
    public void A_gain_of_exactly_the_least_is_none()
    {
        var (history, weights, final) = Train(new EarlyStopping(patience: 2, minDelta: 0.5) { Figure = Script(5, 4.5, 4.5, 4) }, epochs: 4);
        Assert.That(history, Has.Count.EqualTo(3));
        Assert.That(final, Is.EqualTo(weights[0]));
    }

    [Test]
    public void A_nan_is_no_improvement()
    {
        var (history, weights, final) = Train(new EarlyStopping(patience: 2) { Figure = Script(double.NaN, 3, double.NaN, double.NaN, 1) }, epochs: 5);
        Assert.That(history, Has.Count.EqualTo(4));
        Assert.That(final, Is.EqualTo(weights[1]));
    }

    [Test]
    public void Nothing_but_nan_leaves_the_last_weights()
    {
        var (history, weights, final) = Train(new EarlyStopping(patience: 2) { Figure = Script(double.NaN, double.NaN, 1) }, epochs: 3);
        Assert.That(history, Has.Count.EqualTo(2));
        Assert.That(final, Is.EqualTo(weights[1]));
    }

    [Test]
    public void The_generalisation_loss_stops_at_once()
    {
        var (history, _, _) = Train(new EarlyStopping(patience: 9) { Figure = Script(5, 4, 4.3, 4.5, 1), GeneralisationLoss = 10 }, epochs: 5);
        Assert.That(history, Has.Count.EqualTo(4), "4.5 is 12.5 % above 4; 4.3 is not");
    }

    [Test]
    public void Any_loss_is_infinitely_above_one_of_zero()
    {
        var (history, weights, final) = Train(new EarlyStopping(patience: 9) { Figure = Script(1, 0, 0, 1e-9, 0), GeneralisationLoss = 1000 }, epochs: 5);
        Assert.That(history, Has.Count.EqualTo(4), "0 is not above 0");
        Assert.That(final, Is.EqualTo(weights[1]));
    }

    [Test]
    public void More_is_better_for_accuracy()
    {
        var (history, weights, final) = Train(new EarlyStopping(patience: 2) { Figure = Script(0.5, 0.7, 0.6, 0.7), MoreIsBetter = true }, epochs: 4);
        Assert.That(history, Has.Count.EqualTo(4));
        Assert.That(final, Is.EqualTo(weights[1]));
    }

    [Test]
    public void Bad_arguments_are_refused()
    {
        Assert.That(() => new EarlyStopping(patience: 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new EarlyStopping(minDelta: double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private sealed class WeightKeeper : Callback
    {
        public List<float[]> Weights { get; } = [];

        public override void OnEpochEnd(TrainingRun run) => Weights.Add(run.Trainer.Model.Parameters[0].ToArray());
    }
}
