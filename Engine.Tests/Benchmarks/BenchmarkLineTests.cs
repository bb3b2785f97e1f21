using GpuNN.Benchmarks;
using NUnit.Framework;

namespace GpuNN.Tests;

public sealed class BenchmarkLineTests
{
    [Test]
    public void Fields_have_the_peers_names_and_order_and_five_digits()
    {
        var line = new BenchmarkLine
        {
            Peer = "gpunn",
            Workload = "mlp_mnist",
            Shape = "784-512-512-10 b128 Adam",
            Device = "cpu",
            Threads = 2,
            MedianMs = 1.23456789,
            MinMs = 1.2,
            P90Ms = 0.0000123456,
            Iters = 15,
            Inner = 4,
            Gflop = 0.4108,
            Gflops = 332.75,
            SamplesPerS = 103678.9,
            Params = 669706,
            Loss = double.NaN,
            OtherCpu = 0,
        };
        Assert.That(line.ToJson(), Is.EqualTo(
            """{"peer":"gpunn","workload":"mlp_mnist","shape":"784-512-512-10 b128 Adam","device":"cpu","threads":2,"median_ms":1.2346,"""
            + """ "min_ms":1.2,"p90_ms":0.000012346,"iters":15,"inner":4,"gflop":0.4108,"gflops":332.75,""".TrimStart()
            + """ "samples_per_s":103679,"params":669706,"loss":"NaN","other_cpu":0}""".TrimStart()));
    }

    [Test]
    public void A_peers_line_is_read_with_its_unknown_fields()
    {
        var line = BenchmarkLine.Parse(
            """{"peer": "torchsharp", "workload": "gemm_256", "malloc": "jemalloc", "median_ms": 0.15667, "loss": "NaN", "other_cpu": 0.0037, "runs": 3}""");
        Assert.Multiple(() =>
        {
            Assert.That(line.Peer, Is.EqualTo("torchsharp"));
            Assert.That(line.MedianMs, Is.EqualTo(0.15667));
            Assert.That(line.Loss, Is.NaN);
        });
    }
}
