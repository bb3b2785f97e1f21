using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GpuNN.Benchmarks;

/// <summary>What the figures were taken on.</summary>
/// <param name="Processor">Its name, with family and model where the system tells them.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="Vector">The widest accelerated vectors.</param>
/// <param name="System">The operating system.</param>
public sealed record Machine(string Processor, int Cores, string Vector, string System)
{
    // AMD Zen 5: the processor on which the ratios to the peer were set
    private const string ReferenceMark = "family 26";

    /// <summary>The machine that this runs on.</summary>
    public static Machine Here { get; } = new(
        File.Exists("/proc/cpuinfo") ? ProcessorOf(File.ReadAllLines("/proc/cpuinfo")) : RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        WidestVector(),
        RuntimeInformation.OSDescription);

    /// <summary>Whether the ratios to the peer are promised on a machine of this description.</summary>
    public static bool IsReference(string description) => description.Contains(ReferenceMark, StringComparison.Ordinal);

    /// <summary>Reads the processor's name from /proc/cpuinfo.</summary>
    public static string ProcessorOf(IEnumerable<string> lines)
    {
        var fields = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                fields.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim());
        }
        var name = fields.GetValueOrDefault("model name", RuntimeInformation.ProcessArchitecture.ToString());
        return fields.TryGetValue("cpu family", out var family) && fields.TryGetValue("model", out var model)
            ? $"{name} (family {family}, model {model})"
            : name;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Processor}, {Cores} cores, {Vector}, {System}, .NET {Environment.Version}");

    private static string WidestVector() =>
        Vector512.IsHardwareAccelerated ? "512-bit vectors"
        : Vector256.IsHardwareAccelerated ? "256-bit vectors"
        : Vector128.IsHardwareAccelerated ? "128-bit vectors"
        : "no vectors";
}
