using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>The share of rows that are right within a tolerance, counted by hand.</summary>
public sealed class WithinToleranceTests
{
    [TestCase(3), TestCase(2), TestCase(1)]
    public void Rows_of_which_every_number_is_near_count(int batch)
    {
        using var device = Device.On(new HostRoute(1));
        var identity = new Dense(2, 2);
        identity.Weight.Set([1, 0, 0, 1]);
        identity.Bias!.Set([0, 0]);
        // off by 0.25 in one number, by 0.25 in both, by 0.75, not at all, by -0.75 and by exactly the tolerance of 0.5
        var set = DataSet.WithTargets([0.25f, 0, 0.25f, 0.25f, 0.75f, 0, 0, 0, 0, -0.75f, 0.5f, 0], [2], new float[12], [2]);
        var trainer = new Trainer(device, identity, Loss.MeanSquared, new Sgd(0.1f)) { Metrics = [new WithinTolerance(0.5f)], EvaluationBatch = batch };
        Assert.That(trainer.Evaluate(set)["share within 0.5"], Is.EqualTo(4 / 6.0).Within(1e-6));
    }
}
