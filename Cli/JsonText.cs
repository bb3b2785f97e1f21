using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GpuNN.Cli;

/// <summary>How this program writes JSON: names in snake case, what is null left out, one line or indented.</summary>
public static class JsonText
{
    private static readonly JsonSerializerOptions OneLine = Options(indented: false);
    private static readonly JsonSerializerOptions Indented = Options(indented: true);

    /// <summary>The value on one line.</summary>
    public static string Of<T>(T value) => JsonSerializer.Serialize(value, OneLine);

    /// <summary>The value for a file that people read.</summary>
    public static string Pretty<T>(T value) => JsonSerializer.Serialize(value, Indented);

    private static JsonSerializerOptions Options(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = indented,
    };
}
