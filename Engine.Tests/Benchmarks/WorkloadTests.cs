using GpuNN.Benchmarks;
using NUnit.Framework;

namespace GpuNN.Tests;

public sealed class WorkloadTests
{
    [Test]
    public void Names_are_unique() => Assert.That(WorkloadList.All.Select(workload => workload.Name), Is.Unique);

    [Test]
    public void Every_bar_belongs_to_a_workload()
    {
        var promised = WorkloadList.All.Where(workload => Bars.Ratio(workload.Name) is not null).Select(workload => workload.Name);
        Assert.That(promised, Is.EquivalentTo(Bars.Promised));
    }

    [TestCase("all", 15)]
    [TestCase("gemm_tall", 1)]
    [TestCase("train, gemm_256", 4)]
    [TestCase("ceilings", 2)]
    public void Names_and_groups_choose(string names, int count) =>
        Assert.That(WorkloadList.Choose(names), Has.Count.AtLeast(count));

    [Test]
    public void An_unknown_name_is_refused_with_the_known_ones() =>
        Assert.That(() => WorkloadList.Choose("gemm_255"), Throws.ArgumentException.With.Message.Contains("gemm_255").And.Message.Contains("gemm_256"));

    // the figures of Peers/README.md: the quickest check that two programs run the same model
    [TestCase("mlp_mnist", 669_706, 0.4108)]
    [TestCase("mlp_small", 1_185, 0.00042)]
    [TestCase("autoencoder", 435_536, 0.2821)]
    [TestCase("transformer", 789_760, 10.47)]
    public void Training_steps_are_the_peers_models_and_learn(string name, long parameters, double gflop)
    {
        using var device = Device.On(new Kernels.HostRoute(threads: 1));
        var work = WorkloadList.Choose(name).Single().Build(device);
        var before = work.Loss!();
        for (var i = 0; i < 20; i++)
            work.Step();
        Assert.Multiple(() =>
        {
            Assert.That(work.Params, Is.EqualTo(parameters));
            Assert.That(work.Flop * 1e-9, Is.EqualTo(gflop).Within(2).Percent);
            Assert.That(work.Loss(), Is.LessThan(before));
        });
    }

    [Test]
    public void A_measured_line_has_the_rates_of_its_median()
    {
        var line = new WorkloadRun("cpu", threads: 1, seconds: 0).Measure(WorkloadList.Choose("gemm_256").Single());
        Assert.Multiple(() =>
        {
            Assert.That(line.Error, Is.Null);
            Assert.That((line.Peer, line.Workload, line.Device, line.Threads), Is.EqualTo(("gpunn", "gemm_256", "cpu", 1)));
            Assert.That(line.Gflops, Is.EqualTo(2.0 * 256 * 256 * 256 * 1e-6 / line.MedianMs!.Value).Within(1e-6).Percent);
            Assert.That(line.Iters, Is.GreaterThanOrEqualTo(15));
        });
    }

    [Test]
    public void A_step_is_measured_captured_or_launched_and_says_which([Values] bool captures)
    {
        var line = new WorkloadRun("cpu", threads: 1, seconds: 0, captures).Measure(WorkloadList.Choose("mlp_small").Single());
        Assert.That((line.Error, line.Mode), Is.EqualTo((default(string), captures ? null : "launched")));
        Assert.That(line.FirstMs, Is.GreaterThan(0));
    }

    [Test]
    public void A_workload_that_cannot_run_says_so_in_its_line()
    {
        var line = new WorkloadRun("cpu", threads: 1, seconds: 0).Measure(new Impossible());
        Assert.That(line.Error, Is.EqualTo("InvalidOperationException: no such thing"));
    }

    private sealed class Impossible : Workload
    {
        public override string Name => "impossible";

        public override WorkloadGroup Group => WorkloadGroup.Kernels;

        public override string Shape => "none";

        public override Work Build(Device device) => throw new InvalidOperationException("no such thing\nat all");
    }
}
