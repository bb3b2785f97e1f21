using GpuNN.Benchmarks;
using NUnit.Framework;

namespace GpuNN.Tests;

public sealed class ComparisonTests
{
    private const string Reference = "AMD EPYC (family 26, model 2), 2 cores";
    private const string Other = "AMD EPYC (family 25, model 17), 2 cores";

    [Test]
    public void The_ratio_is_the_peers_median_over_ours()
    {
        var row = Row(Reference, [Theirs("mlp_mnist", 3), Theirs("mlp_mnist", 2), Theirs("mlp_mnist", 40), Ours("mlp_mnist", 1), Ours("mlp_mnist", 1.4), Ours("mlp_mnist", 1.2)]);
        Assert.Multiple(() =>
        {
            Assert.That(row.Ratio, Is.EqualTo(2.5).Within(1e-12));
            Assert.That(row.Met, Is.True);
            Assert.That(row.Rounds, Is.EqualTo(3));
        });
    }

    [Test]
    public void A_ratio_under_its_bar_is_a_miss() =>
        Assert.That(Row(Reference, [Theirs("mlp_mnist", 1.9), Ours("mlp_mnist", 1)]).Met, Is.False);

    [Test]
    public void A_disturbed_line_does_not_count()
    {
        var row = Row(Reference, [Theirs("mlp_mnist", 3), Ours("mlp_mnist", 1), Ours("mlp_mnist", 9) with { OtherCpu = 0.06 }]);
        Assert.That(row.OursMs, Is.EqualTo(1));
    }

    [Test]
    public void What_was_only_measured_under_load_misses_its_bar() =>
        Assert.That(Row(Reference, [Theirs("mlp_mnist", 3), Ours("mlp_mnist", 1) with { OtherCpu = 0.5 }]).Met, Is.False);

    [Test]
    public void On_another_processor_a_product_is_held_against_the_peak_and_the_rest_has_no_bar()
    {
        var peak = Ours("ceiling_fma", 1) with { Gflops = 300 };
        var product = Row(Other, [peak, Theirs("gemm_512", 1), Ours("gemm_512", 1) with { Gflops = 181 }]);
        var slow = Row(Other, [peak, Theirs("gemm_512", 1), Ours("gemm_512", 1) with { Gflops = 179 }]);
        var step = Row(Other, [peak, Theirs("mlp_mnist", 1), Ours("mlp_mnist", 1)]);
        Assert.Multiple(() =>
        {
            Assert.That(product.Met, Is.True);
            Assert.That(slow.Met, Is.False);
            Assert.That(step.Met, Is.Null);
        });
    }

    [Test]
    public void The_table_names_the_machine_the_misses_and_what_did_not_run()
    {
        var table = new Comparison(
        [
            Machine(Reference), Theirs("mlp_small", 7.9), Ours("mlp_small", 1),
            new BenchmarkLine { Peer = "torchsharp", Workload = "vae", Error = "out of memory" },
        ]).ToMarkdown();
        Assert.That(table, Does.Contain(Reference)
            .And.Contain("| `mlp_small` | 7.9 | 1 | 7.90 |  | 8.00 | **no** |")
            .And.Contain("torchsharp vae: out of memory"));
    }

    [Test]
    public void Steps_that_are_not_captured_have_a_column_of_their_own_and_beat_nobody()
    {
        var comparison = new Comparison([Machine(Reference), Theirs("mlp_small", 8), OnDevice(Ours("mlp_small", 2)), OnDevice(Ours("mlp_small", 1)) with { Mode = "launched" }]);
        Assert.That(comparison.Rows.Select(row => (row.Ratio, row.OursMs, row.LaunchedMs)), Is.EqualTo(new (double?, double?, double?)[] { (4, 2, 1) }));
        Assert.That(comparison.ToMarkdown(), Does.Contain("| workload | peer ms | GpuNN ms | GpuNN launched ms | ratio |").And.Contain("| `mlp_small` | 8 | 2 | 1 | 4.00 |"));
    }

    [Test]
    public void Each_mode_of_a_peer_has_a_column_and_the_fastest_is_the_one_to_beat()
    {
        var comparison = new Comparison(
        [
            new BenchmarkLine { Peer = "pytorch", Workload = BenchmarkLine.Environment, Mode = "eager" }, Machine(Reference),
            OnDevice(Ours("mlp_small", 1)), Mode("eager", "mlp_small", 6), Mode("cudagraph", "mlp_small", 3), Mode("eager", "gemm_512", 2),
            new BenchmarkLine { Peer = "pytorch", Mode = "cudagraph", Workload = "gemm_512", Error = "cannot be captured" },
        ]);
        Assert.That(comparison.Rows.Select(row => row.Ratio), Is.EqualTo(new double?[] { 3, null }));
        Assert.That(comparison.ToMarkdown(), Does.Contain(Reference)
            .And.Contain("| workload | pytorch eager ms | pytorch cudagraph ms | GpuNN ms | ratio |")
            .And.Contain("| `mlp_small` | 6 | 3 | 1 | 3.00 |")
            .And.Contain("| `gemm_512` | 2 | - | - | - |")
            .And.Contain("pytorch cudagraph gemm_512: cannot be captured"));
    }

    [Test]
    public void On_a_device_other_processes_do_not_disturb_and_the_processors_bars_do_not_hold()
    {
        var row = Row(Reference, [Mode("eager", "mlp_mnist", 3), OnDevice(Ours("mlp_mnist", 2)) with { OtherCpu = 0.5 }]);
        Assert.That((row.Ratio, row.RatioBar), Is.EqualTo(((double?)1.5, (double?)null)));
    }

    [Test]
    public void Lines_of_ours_alone_still_make_a_table() => Assert.That(
        new Comparison([Machine(Other), Ours("mlp_small", 1)]).ToMarkdown(), Does.Contain("| `mlp_small` | - | 1 | - |"));

    [Test]
    public void The_processor_is_read_with_family_and_model() =>
        Assert.That(
            GpuNN.Benchmarks.Machine.ProcessorOf(["processor\t: 0", "cpu family\t: 26", "model\t\t: 2", "model name\t: AMD EPYC", "model\t\t: 3"]),
            Is.EqualTo("AMD EPYC (family 26, model 2)"));

    private static ComparisonRow Row(string machine, BenchmarkLine[] lines) =>
        new Comparison([Machine(machine), .. lines]).Rows.Single(row => row.Workload == lines[^1].Workload);

    private static BenchmarkLine Machine(string description) =>
        new() { Peer = "gpunn", Workload = BenchmarkLine.Environment, Machine = description };

    private static BenchmarkLine Ours(string workload, double milliseconds) =>
        new() { Peer = "gpunn", Workload = workload, MedianMs = milliseconds, OtherCpu = 0.01 };

    private static BenchmarkLine Theirs(string workload, double milliseconds) =>
        new() { Peer = "torchsharp", Workload = workload, MedianMs = milliseconds, OtherCpu = 0.01 };

    private static BenchmarkLine Mode(string mode, string workload, double milliseconds) =>
        new() { Peer = "pytorch", Mode = mode, Device = "NVIDIA", Workload = workload, MedianMs = milliseconds, OtherCpu = 0.01 };

    private static BenchmarkLine OnDevice(BenchmarkLine line) => line with { Device = "cuda:0" };
}
