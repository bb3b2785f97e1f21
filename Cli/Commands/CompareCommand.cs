using System.CommandLine;
using GpuNN.Benchmarks;
using GpuNN.Kernels;

namespace GpuNN.Cli;

/// <summary>
/// <c>gpunn compare --lines FILE</c>: the table of a file of benchmark lines, as <c>Benchmarks/compare</c> writes it.
/// <c>gpunn compare --machine [--device D]</c>: the first line of such a file. Hidden, because a user starts that script.
/// </summary>
public static class CompareCommand
{
    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var lines = new Option<FileInfo>("--lines") { Description = "File of JSON lines.", HelpName = "FILE" };
        lines.AcceptExistingOnly();
        var disturbed = new Option<bool>("--disturbed")
        {
            Description = "Print nothing; the exit code is 3 if other processes disturbed the last line.",
        };
        var machine = new Option<bool>("--machine") { Description = "Print the line that describes this machine." };
        var device = Options.Device();
        var command = new Command("compare", "Joins benchmark lines into a table.") { lines, disturbed, machine, device };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(machine))
            {
                var line = new BenchmarkLine { Peer = "gpunn", Workload = BenchmarkLine.Environment, Machine = Here(parsed.GetValue(device)) };
                terminal.Output.WriteLine(line.ToJson());
                return ExitCode.Reached;
            }
            var file = parsed.GetValue(lines) ?? throw new ArgumentMistake("Give the file of benchmark lines with --lines FILE.");
            var read = File.ReadLines(file.FullName)
                .Where(line => line.StartsWith('{'))
                .Select(BenchmarkLine.Parse)
                .ToList();
            if (parsed.GetValue(disturbed))
                return read.Count > 0 && read[^1].OtherCpu > OtherLoad.Noise ? ExitCode.Missed : ExitCode.Reached;
            terminal.Output.Write(new Comparison(read).ToMarkdown());
            return ExitCode.Reached;
        });
        return command;
    }

    // a device beside the processor stands before it
    private static string Here(string? device) =>
        device is null or "cpu" || DeviceCatalogue.List().FirstOrDefault(listing => listing.Name == device) is not { } found
            ? Machine.Here.ToString()
            : $"{found.Description}; {Machine.Here}";
}
