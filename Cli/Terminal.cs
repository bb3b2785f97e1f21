using Spectre.Console;

namespace GpuNN.Cli;

/// <summary>Where the program writes: results and progress to the output, one line about a failure to the error stream.</summary>
public sealed class Terminal
{
    // a table that goes into a file or a pipe is not broken at a width that nobody sees
    private const int WidthOfFiles = 240;

    private Terminal(TextWriter output, TextWriter error, IAnsiConsole console, bool interactive)
    {
        Output = output;
        Error = error;
        Screen = console;
        Interactive = interactive;
    }

    /// <summary>Plain text of the results.</summary>
    public TextWriter Output { get; }

    /// <summary>Plain text about failures.</summary>
    public TextWriter Error { get; }

    /// <summary>The output for tables and bars.</summary>
    public IAnsiConsole Screen { get; }

    /// <summary>Whether a person watches: only then are bars drawn over each other.</summary>
    public bool Interactive { get; }

    /// <summary>The terminal of this process.</summary>
    public static Terminal Open() =>
        !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive
            ? new Terminal(Console.Out, Console.Error, AnsiConsole.Console, interactive: true)
            : Plain(Console.Out, Console.Error);

    /// <summary>A terminal that nobody watches.</summary>
    public static Terminal Plain(TextWriter output, TextWriter error)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = WidthOfFiles;
        return new Terminal(output, error, console, interactive: false);
    }
}
