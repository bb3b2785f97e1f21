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
}
