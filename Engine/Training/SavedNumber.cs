using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuNN;

/// <summary>Numbers in JSON, exactly, infinities and NaN as text.</summary>
internal static class SavedNumber
{
    public static JsonNode Write(double value) => double.IsFinite(value)
        ? JsonValue.Create(value)
        : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture))!;

    public static double Read(JsonNode? node, double missing) => node switch
    {
        null => missing,
        JsonValue when node.GetValueKind() == JsonValueKind.Number => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture),
        JsonValue value when value.TryGetValue<string>(out var text) => double.Parse(text, CultureInfo.InvariantCulture),
        _ => throw new InvalidDataException($"A number is expected, but the file has {node.ToJsonString()}.\nThe file was not written by this program, or is damaged."),
    };
}
