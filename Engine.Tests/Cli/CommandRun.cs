using GpuNN.Cli;

namespace GpuNN.Tests;

/// <summary>One run of the command line within this process, and what it wrote.</summary>
public sealed record CommandRun(int Code, string Output, string Error)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static CommandRun Of(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandLine.Run(arguments, Terminal.Plain(output, error));
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
