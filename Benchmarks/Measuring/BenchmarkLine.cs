using System.Text.Json;
using System.Text.Json.Serialization;

namespace GpuNN.Benchmarks;

/// <summary>
/// One measured workload as one line of JSON, the same fields for every peer, so that the lines can be joined by
/// workload. What does not apply is left out. Floating-point numbers are written with five significant digits.
/// </summary>
public sealed record BenchmarkLine
{
    /// <summary>The name under which the machine is described instead of a measurement.</summary>
    public const string Environment = "_env";

    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new FiveDigits() },
    };

    /// <summary>Who was measured: gpunn, torchsharp, pytorch.</summary>
    public required string Peer { get; init; }

    /// <summary>Name of the workload.</summary>
    public required string Workload { get; init; }

    /// <summary>Sizes, for people.</summary>
    public string? Shape { get; init; }

    /// <summary>Name of the device.</summary>
    public string? Device { get; init; }

    /// <summary>How a peer ran that has several ways to: eager, cudagraph, compile; launched for GpuNN where it did not capture steps.</summary>
    public string? Mode { get; init; }

    /// <summary>Threads of the host that took part.</summary>
    public int? Threads { get; init; }

    /// <summary>The allocator of native memory, where it matters.</summary>
    public string? Malloc { get; init; }

    /// <summary>Median time of one step, in milliseconds.</summary>
    public double? MedianMs { get; init; }

    /// <summary>Shortest time of one step, in milliseconds.</summary>
    public double? MinMs { get; init; }

    /// <summary>Ninth decile of the time of one step, in milliseconds.</summary>
    [JsonPropertyName("p90_ms")]
    public double? P90Ms { get; init; }

    /// <summary>Time from the beginning of the build until a step has run, in milliseconds: kernels are compiled in it, and the step is captured.</summary>
    public double? FirstMs { get; init; }

    /// <summary>Number of samples.</summary>
    public int? Iters { get; init; }

    /// <summary>Steps that a sample averages.</summary>
    public int? Inner { get; init; }

    /// <summary>Arithmetic of one step, in 1e9 operations.</summary>
    public double? Gflop { get; init; }

    /// <summary>Arithmetic over the median, in 1e9 operations a second.</summary>
    public double? Gflops { get; init; }

    /// <summary>Least memory traffic over the median, in 1e9 bytes a second.</summary>
    public double? Gbps { get; init; }

    /// <summary>Batch over the median.</summary>
    public double? SamplesPerS { get; init; }

    /// <summary>Number of trainable parameters.</summary>
    public long? Params { get; init; }

    /// <summary>The loss once more after the run.</summary>
    public double? Loss { get; init; }

    /// <summary>The share of the machine that other processes took meanwhile; above 0.05 the line is noise.</summary>
    public double? OtherCpu { get; init; }

    /// <summary>Why the workload could not run.</summary>
    public string? Error { get; init; }

    /// <summary>What the machine is; on the line <see cref="Environment"/> only.</summary>
    public string? Machine { get; init; }

    /// <summary>The line as one JSON object without line breaks.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads a line of any peer; fields that are not known here are passed over.</summary>
    public static BenchmarkLine Parse(string json) =>
        JsonSerializer.Deserialize<BenchmarkLine>(json, Json)
        ?? throw new FormatException("A benchmark line is a JSON object, but this one is null.");

    private sealed class FiveDigits : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String
                ? double.Parse(reader.GetString()!, System.Globalization.CultureInfo.InvariantCulture)
                : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(Round(value));
            else
                writer.WriteStringValue(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        // decimal, so that 0.21855 is written as such and not as the nearest double's digits or with an exponent
        private static decimal Round(double value)
        {
            if (value == 0)
                return 0;
            var decimals = Math.Clamp(4 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 20);
            // the division takes off the zeros at the end
            return Math.Abs(value) < 1e15 ? Math.Round((decimal)value, decimals) / 1.0000000000000000000m : (decimal)value;
        }
    }
}
