using System.CommandLine;

namespace GpuNN.Cli;

/// <summary>
/// The command <c>gpunn</c>: its subcommands, and one place where what went wrong becomes an exit code and one line on
/// standard error. The environment variable GPUNN_TRACE=1 adds the stack trace.
/// </summary>
public static class CommandLine
{
    private const string TraceSwitch = "GPUNN_TRACE";

    /// <summary>Runs one command line and returns its exit code (<see cref="ExitCode"/>).</summary>
    public static int Run(IReadOnlyList<string> arguments, Terminal terminal)
    {
        var parsed = Root(terminal).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            var command = parsed.CommandResult.Command is RootCommand ? "" : " " + parsed.CommandResult.Command.Name;
            var mistake = parsed.UnmatchedTokens.Count > 0
                ? $"There is no command, argument or option {parsed.UnmatchedTokens[0]}."
                : parsed.Errors[0].Message;
            return Complain(terminal, $"{mistake} See gpunn{command} --help.", ExitCode.BadArguments);
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (Exception failure)
        {
            if (Environment.GetEnvironmentVariable(TraceSwitch) == "1")
                terminal.Error.WriteLine(failure);
            return Complain(terminal, failure.Message, failure is ArgumentMistake ? ExitCode.BadArguments : ExitCode.Failure);
        }
    }

    private static RootCommand Root(Terminal terminal) =>
        new("Trains neural networks on any device.")
        {
            HelpName = "gpunn",
            Subcommands =
            {
                DevicesCommand.Make(terminal),
                ListCommand.Make(terminal),
                TrainCommand.Make(terminal),
                BenchCommand.Make(terminal),
                CompareCommand.Make(terminal),
                TargetsCommand.Make(terminal),
            },
        };

    private static int Complain(Terminal terminal, string message, int code)
    {
        var oneLine = string.Join(' ', message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        terminal.Error.WriteLine($"gpunn: {oneLine}");
        return code;
    }
}
