using System.CommandLine;
using GpuNN.Benchmarks;

namespace GpuNN.Cli;

/// <summary><c>gpunn bench [--workloads A,B] [--device D] [--threads N] [--seconds N] [--no-capture] [--list] [--json]</c>.</summary>
public static class BenchCommand
{
    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var names = new Option<string>("--workloads")
        {
            Description = "Names and groups (ceilings, kernels, train), separated by commas; all by default.",
            DefaultValueFactory = _ => "all",
            HelpName = "A,B",
        };
        var device = Options.Device();
        var threads = Options.AtLeast(1, "--threads", "Threads of the device cpu; one a core by default.");
        var seconds = Options.Seconds("--seconds", "How long each workload is measured.");
        var launched = new Option<bool>("--no-capture") { Description = "Launch steps kernel by kernel, also where the device could replay them." };
        var list = new Option<bool>("--list") { Description = "Only print the names." };
        var json = Options.Json("Print one JSON object a line, with the fields that all peers share.");

        var command = new Command("bench", "Measures the workloads that other libraries are compared by.")
        {
            names, device, threads, seconds, launched, list, json,
        };
        command.SetAction(parsed =>
        {
            var chosen = Choose(parsed.GetRequiredValue(names));
            if (parsed.GetValue(list))
            {
                foreach (var workload in chosen)
                    terminal.Output.WriteLine(workload.Name);
                return ExitCode.Reached;
            }
            var run = new WorkloadRun(parsed.GetValue(device), parsed.GetValue(threads), parsed.GetValue(seconds), captures: !parsed.GetValue(launched));
            var lines = chosen.Select(run.Measure);
            return parsed.GetValue(json) ? WriteJson(terminal, lines) : WriteTable(terminal, lines);
        });
        return command;
    }

    private static IReadOnlyList<Workload> Choose(string names)
    {
        try
        {
            return WorkloadList.Choose(names);
        }
        catch (ArgumentException unknown)
        {
            throw new ArgumentMistake(unknown.Message, unknown);
        }
    }

    // line by line, so that whoever reads sees each as soon as it is measured
    private static int WriteJson(Terminal terminal, IEnumerable<BenchmarkLine> lines)
    {
        var failed = 0;
        foreach (var line in lines)
        {
            failed += line.Error is null ? 0 : 1;
            terminal.Output.WriteLine(line.ToJson());
            terminal.Output.Flush();
        }
        return failed == 0 ? ExitCode.Reached : ExitCode.Failure;
    }

    private static int WriteTable(Terminal terminal, IEnumerable<BenchmarkLine> lines)
    {
        var failed = 0;
        foreach (var line in lines)
        {
            failed += line.Error is null ? 0 : 1;
            terminal.Output.WriteLine(FormattableString.Invariant(
                $"{line.Workload,-20} {line.Shape,-36} {line.MedianMs,10:G4} ms  {Rate(line)}{Doubt(line)}"));
            terminal.Output.Flush();
        }
        return failed == 0 ? ExitCode.Reached : ExitCode.Failure;
    }

    private static string Rate(BenchmarkLine line) =>
        line.Error ?? (line.Gflops is { } gflops ? FormattableString.Invariant($"{gflops:0} GFLOP/s")
            : line.Gbps is { } gbps ? FormattableString.Invariant($"{gbps:0} GB/s")
            : "");

    private static string Doubt(BenchmarkLine line) =>
        line.OtherCpu > OtherLoad.Noise ? FormattableString.Invariant($"  (other processes took {line.OtherCpu:P0}: measure again)") : "";
}
