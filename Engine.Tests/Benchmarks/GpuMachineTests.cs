using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GpuNN.Tests;

/// <summary>
/// The script that <c>Benchmarks/pack-gpu</c> puts beside the programs, over the programs as they were built here and with
/// a stand-in for PyTorch: what it calls exists, and what it says is so.
/// </summary>
[Category("Long"), Platform("Linux")]
public sealed class GpuMachineTests
{
    // asked what it has, it lists a workload that we do not know; each mode measures one workload and cannot run another
    private const string Peer = """
        #!/bin/sh
        case "$*" in
        *--list*) printf 'ceilings ceiling_gemm8192_fp32 m=8192\nkernels gemm_256 m=256\ntrain mlp_small 2-32\ntrain unheard 7\n' ;;
        *torch_peer.py*)
            case "$*" in *cudagraph*) mode=cudagraph time=0.5 ;; *) mode=eager time=0.75 ;; esac
            echo '{"peer": "pytorch", "device": "NVIDIA", "mode": "'$mode'", "workload": "_env", "torch": "2.11"}'
            echo '{"peer": "pytorch", "device": "NVIDIA", "mode": "'$mode'", "workload": "mlp_small", "median_ms": '$time'}'
            echo '{"peer": "pytorch", "device": "NVIDIA", "mode": "'$mode'", "workload": "gemm_256", "error": "out of luck"}'
            echo "asked for $*" >&2
            exit 1 ;;
        esac
        """;

    private TemporaryFolder folder = null!;

    [SetUp]
    public void Unpack()
    {
        folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder["bin"], AppContext.BaseDirectory);
        File.Copy(Path.Combine(Repository.Root, "Benchmarks", "run-gpu"), folder["run"]);
        Directory.CreateDirectory(folder["peer"]);
        File.WriteAllText(folder["peer/torch_peer.py"], "");
        File.WriteAllText(folder["python"], Peer + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder["python"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    [TearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public void A_machine_without_the_device_fails_stage_by_stage_and_still_has_the_peers_figures()
    {
        var (code, output) = Run("--device cuda:7 --stages devices,bench,peer-eager,peer-cudagraph,compare --workloads gemm_256,mlp_small --seconds 0.05");
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1), output);
            Assert.That(output, Does.Match(@"devices +FAILED .*cuda:7 cannot be used here").And.Match(@"bench +FAILED .*0 workloads measured"));
            Assert.That(output, Does.Match(@"peer-eager +passed .*1 workloads measured, 1 could not run").And.Match(@"compare +passed"));
            Assert.That(output, Does.Contain("3 passed, 2 failed, 0 skipped"));
            Assert.That(File.ReadAllText(folder["results/table.md"]), Does.Contain("| `mlp_small` | 0.75 | 0.5 | - | - |").And.Contain("out of luck"));
            Assert.That(output, Does.Contain("--mode eager --tf32 off --workloads ceiling_gemm8192_fp32,gemm_256,mlp_small --seconds 0.05"));
            Assert.That(output, Does.Contain("--mode cudagraph --tf32 off --workloads gemm_256,mlp_small"));
        });
    }

    [Test]
    public void Stages_of_a_second_call_join_those_of_the_first_and_what_cannot_be_is_skipped()
    {
        var first = Run("--device cpu --stages devices,bench --workloads mlp_small --seconds 0.05");
        var second = Run("--device ilgpu-cpu --stages peer-eager,peer-cudagraph,compare --workloads mlp_small");
        Assert.Multiple(() =>
        {
            Assert.That(first.Code, Is.Zero, first.Output);
            Assert.That(first.Output, Does.Contain("2 passed, 0 failed, 0 skipped"));
            Assert.That(second.Code, Is.EqualTo(3), second.Output);
            Assert.That(second.Output, Does.Match(@"peer-cudagraph +skipped .*captured graphs need CUDA").And.Contain("2 passed, 0 failed, 1 skipped"));
            Assert.That(File.ReadAllLines(folder["results/lines.jsonl"]), Has.Length.EqualTo(5), "machine, ours, and three of the peer's");
        });
    }

    [Test]
    public void Time_that_runs_out_is_told_and_no_stage_passes_by_it()
    {
        var (code, output) = Run("--device cpu --stages recipes,compare --stage-limit 1");
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1), output);
            Assert.That(output, Does.Contain("mlp was stopped at the limit of time").And.Match(@"compare +skipped .*nothing was measured"));
        });
    }

    private (int Code, string Output) Run(string arguments)
    {
        // the programs here are no publish: they look for the runtime that runs the tests
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var start = new ProcessStartInfo("bash", [folder["run"], .. arguments.Split(' ')]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_ROOT"] = dotnet;
        start.Environment["PYTHON"] = folder["python"];
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
