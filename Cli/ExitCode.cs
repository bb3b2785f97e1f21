namespace GpuNN.Cli;

/// <summary>What the program tells the shell that started it.</summary>
public static class ExitCode
{
    /// <summary>It ran, and a recipe reached its target.</summary>
    public const int Reached = 0;

    /// <summary>Something failed; one line on standard error says what.</summary>
    public const int Failure = 1;

    /// <summary>The arguments do not make sense; nothing was started.</summary>
    public const int BadArguments = 2;

    /// <summary>The recipe ran to its end but missed its target.</summary>
    public const int Missed = 3;
}
