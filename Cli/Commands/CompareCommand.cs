using System.CommandLine;
using GpuNN.Benchmarks;

namespace GpuNN.Cli;

/// <summary>
/// <c>gpunn compare --lines FILE</c>: the table of a file of benchmark lines, as <c>Benchmarks/compare</c> writes it.
/// Hidden, because a user starts that script.
/// </summary>
public static class CompareCommand
{
    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var lines = new Option<FileInfo>("--lines") { Description = "File of JSON lines.", Required = true, HelpName = "FILE" };
        lines.AcceptExistingOnly();
        var disturbed = new Option<bool>("--disturbed")
        {
            Description = "Print nothing; the exit code is 3 if other processes disturbed the last line.",
        };
        var command = new Command("compare", "Joins benchmark lines into a table.") { lines, disturbed };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var read = File.ReadLines(parsed.GetRequiredValue(lines).FullName)
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
}
