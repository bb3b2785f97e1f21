using System.Runtime.InteropServices;

namespace GpuNN.Cli;

/// <summary>What <c>run.json</c> holds: the outcome, what was asked for, and what it ran on.</summary>
/// <param name="Outcome">As <c>--json</c> prints it.</param>
/// <param name="Options">As asked for, defaults filled in.</param>
/// <param name="Versions">Of the program, the runtime, the kernel compiler and the system.</param>
public sealed record RunRecord(TrainOutcome Outcome, TrainOptions Options, RunVersions Versions);

/// <summary>What a run ran on.</summary>
/// <param name="Gpunn">Version of this program.</param>
/// <param name="Dotnet">Version of the runtime.</param>
/// <param name="Ilgpu">Version of the kernel compiler.</param>
/// <param name="System">The operating system.</param>
/// <param name="Cores">Logical processors.</param>
public sealed record RunVersions(string Gpunn, string Dotnet, string Ilgpu, string System, int Cores)
{
    /// <summary>The versions of this process.</summary>
    public static RunVersions Here { get; } = new(
        Version(typeof(RunVersions)), Environment.Version.ToString(), Version(typeof(ILGPU.Context)),
        RuntimeInformation.OSDescription, Environment.ProcessorCount);

    private static string Version(Type type) => type.Assembly.GetName().Version?.ToString(3) ?? "unknown";
}
