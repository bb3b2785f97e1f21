using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace GpuNN.Cli;

/// <summary>What <c>run.json</c> holds: the fields of the outcome, what was asked for, and what it ran on.</summary>
public static class RunRecord
{
    /// <summary>The record as indented JSON: the outcome's fields, then <c>options</c> and <c>versions</c>.</summary>
    public static string Of(TrainOutcome outcome, TrainOptions options)
    {
        var record = JsonNode.Parse(JsonText.Of(outcome))!.AsObject();
        record["options"] = JsonNode.Parse(JsonText.Of(options));
        record["versions"] = JsonNode.Parse(JsonText.Of(RunVersions.Here));
        return JsonText.Pretty(record);
    }
}

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
