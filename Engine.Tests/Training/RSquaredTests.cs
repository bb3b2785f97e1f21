using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>R2 over batches of unequal size against the formula in doubles.</summary>
public sealed class RSquaredTests
{
    [Test]
    public void It_is_the_share_of_explained_variance_whatever_the_batches()
    {
        using var device = Device.On(new HostRoute(1));
        var random = new Random(4);
        float[] x = [.. Enumerable.Range(0, 46).Select(_ => (float)random.NextDouble())];
        float[] y = [.. x.Select(value => 3 * value + 100 + (float)random.NextDouble())];
        var set = DataSet.WithTargets(x, [2], y, [2]);
        var dense = new Dense(2, 2);
        dense.Weight.Set([2.5f, 0.1f, 0, 3]);
        dense.Bias!.Set([100.3f, 100.9f]);
        foreach (var batch in new[] { 23, 5, 1 })
        {
            var trainer = new Trainer(device, dense, Loss.MeanSquared, new Sgd(0.1f)) { Metrics = [RSquared.For(set)], EvaluationBatch = batch };
            var predicted = trainer.Predict(set);
            var mean = y.Average(value => (double)value);
            var truth = 1 - predicted.Zip(y).Sum(pair => Math.Pow((double)pair.First - pair.Second, 2)) / y.Sum(value => Math.Pow(value - mean, 2));
            Assert.That(truth, Is.InRange(0.3, 0.99), "else the test sees little");
            Assert.That(trainer.Evaluate(set)["R2"], Is.EqualTo(truth).Within(1e-5));
        }
    }

    [Test]
    public void The_mean_alone_is_worth_nothing_and_more_is_better()
    {
        using var device = Device.On(new HostRoute(1));
        var set = DataSet.WithTargets([0, 0, 0], [1], [1, 2, 6], [1]);
        var dense = new Dense(1, 1);
        dense.Bias!.Set([3]);
        var trainer = new Trainer(device, dense, Loss.MeanSquared, new Sgd(0.1f)) { Metrics = [RSquared.For(set)] };
        Assert.That(trainer.Evaluate(set)["R2"], Is.Zero.Within(1e-7));
        Assert.That(new RSquared().MoreIsBetter);
        Assert.That(() => RSquared.For(DataSet.Of([1], [1])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("WithTargets"));
    }
}
