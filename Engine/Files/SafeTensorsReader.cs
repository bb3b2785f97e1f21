using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace GpuNN;

/// <summary>Reads a safetensors file as if it were hostile: every number of the header is checked before it is used.</summary>
internal static class SafeTensorsReader
{
    private const long HeaderLimit = 100_000_000;
    private const int LengthBytes = sizeof(ulong);

    private sealed record Entry(string Name, string Type, Shape Shape, long Begin, long End);

    public static SafeTensors Read(string path)
    {
        try
        {
            return ReadChecked(path);
        }
        catch (InvalidOperationException exception)
        {
            // Text that is no valid UTF-8, or half of a surrogate pair, is found only when a name is taken out of the header.
            throw Damaged(path, $"the header is no valid JSON text ({exception.Message})", "The file is damaged, or no safetensors file.");
        }
    }

    private static SafeTensors ReadChecked(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        var header = Header(file, path, out var bodyStart);
        using var json = Parse(header, path);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var entries = new List<Entry>();
        foreach (var property in json.RootElement.EnumerateObject())
        {
            if (property.Name == SafeTensors.MetadataName)
                Metadata(property.Value, metadata, path);
            else
                entries.Add(EntryOf(property.Name, property.Value, path));
        }

        CheckOffsets(entries, file.Length - bodyStart, path);
        entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        var tensors = new List<StoredTensor>(entries.Count);
        foreach (var entry in entries)
        {
            file.Position = bodyStart + entry.Begin;
            tensors.Add(Tensor(file, entry, path));
        }
        return new SafeTensors(path, tensors, metadata);
    }

    private static byte[] Header(FileStream file, string path, out long bodyStart)
    {
        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        if (file.ReadAtLeast(lengthBytes, LengthBytes, throwOnEndOfStream: false) < LengthBytes)
            throw Damaged(path, $"needs a header of at least {LengthBytes} bytes, but the file has {file.Length}", "The file is cut off, or no safetensors file.");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length is > HeaderLimit or < 2)
            throw Damaged(path, $"needs a header of 2 to {HeaderLimit:N0} bytes, but its length field says {length:N0}", "It is no safetensors file; check the name.");
        bodyStart = LengthBytes + (long)length;
        if (bodyStart > file.Length)
            throw Damaged(path, $"the header needs {bodyStart:N0} bytes, but the file has {file.Length:N0}", "The file is cut off, or no safetensors file.");
        var header = new byte[length];
        file.ReadExactly(header);
        return header;
    }

    private static JsonDocument Parse(byte[] header, string path)
    {
        try
        {
            var json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return json;
            json.Dispose();
            throw Damaged(path, "the header must be a JSON object", "It is no safetensors file; check the name.");
        }
        catch (JsonException exception)
        {
            throw Damaged(path, $"the header is no valid JSON ({exception.Message})", "The file is damaged, or no safetensors file.");
        }
    }

    private static void Metadata(JsonElement element, Dictionary<string, string> metadata, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Damaged(path, $"{SafeTensors.MetadataName} must be an object, but is {element.ValueKind}", "The file was written by a faulty program.");
        foreach (var property in element.EnumerateObject())
            metadata[property.Name] = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw Damaged(path, $"{SafeTensors.MetadataName} maps text to text, but '{property.Name}' is {property.Value.ValueKind}", "The file was written by a faulty program.");
    }

    private static Entry EntryOf(string name, JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String
            || !element.TryGetProperty("shape", out var shape) || shape.ValueKind != JsonValueKind.Array
            || !element.TryGetProperty("data_offsets", out var offsets) || offsets.ValueKind != JsonValueKind.Array || offsets.GetArrayLength() != 2)
            throw Damaged(path, $"tensor '{name}' needs dtype, shape and two data_offsets, but has {Short(element)}", "The file was written by a faulty program.");

        var sizes = new int[shape.GetArrayLength()];
        for (var axis = 0; axis < sizes.Length; axis++)
            if (shape[axis].ValueKind != JsonValueKind.Number || !shape[axis].TryGetInt32(out sizes[axis]) || sizes[axis] < 0)
                throw Damaged(path, $"tensor '{name}' needs sizes from 0 to {int.MaxValue:N0}, but axis {axis} is {Short(shape[axis])}", "The file is damaged, or too large for this program.");
        Shape whole;
        try
        {
            whole = Shape.Of(sizes);
        }
        catch (ShapeException exception)
        {
            throw Damaged(path, $"tensor '{name}': {exception.Message}", "The file is damaged, or too large for this program.");
        }

        var typeName = type.GetString()!;
        if (offsets[0].ValueKind != JsonValueKind.Number || offsets[1].ValueKind != JsonValueKind.Number
            || !offsets[0].TryGetInt64(out var begin) || !offsets[1].TryGetInt64(out var end) || begin < 0 || end < begin)
            throw Damaged(path, $"tensor '{name}' needs data_offsets 0 <= begin <= end, but has {Short(offsets)}", "The file is damaged.");
        if (end - begin != whole.Elements * TypeBytes(typeName, name, path))
            throw Damaged(path, $"tensor '{name}' of {whole} {typeName} needs {whole.Elements * TypeBytes(typeName, name, path):N0} bytes, but its data_offsets {begin}, {end} hold {end - begin:N0}", "The file is damaged.");
        return new Entry(name, typeName, whole, begin, end);
    }

    private static void CheckOffsets(List<Entry> entries, long bodyBytes, string path)
    {
        entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
                throw Damaged(path, $"tensor '{entry.Name}' begins at byte {entry.Begin:N0}, but the one before ends at {end:N0}: tensors must neither overlap nor leave gaps", "The file is damaged.");
            end = entry.End;
        }
        if (end != bodyBytes)
            throw Damaged(path, $"the tensors need {end:N0} bytes after the header, but the file has {bodyBytes:N0}", end > bodyBytes ? "The file is cut off." : "Something was appended, or the header is damaged.");
    }

    private static StoredTensor Tensor(FileStream file, Entry entry, string path)
    {
        var count = (int)entry.Shape.Elements;
        if (entry.Type is "F32")
        {
            var floats = new float[count];
            file.ReadExactly(MemoryMarshal.AsBytes(floats.AsSpan()));
            return new StoredTensor(entry.Name, entry.Shape, (ReadOnlyMemory<float>)floats);
        }
        if (entry.Type is "I32")
        {
            var ints = new int[count];
            file.ReadExactly(MemoryMarshal.AsBytes(ints.AsSpan()));
            return new StoredTensor(entry.Name, entry.Shape, (ReadOnlyMemory<int>)ints);
        }

        var width = TypeBytes(entry.Type, entry.Name, path);
        var isFloat = entry.Type is "F16" or "BF16" or "F64";
        var asFloats = new float[isFloat ? count : 0];
        var asInts = new int[isFloat ? 0 : count];
        Span<byte> element = stackalloc byte[sizeof(ulong)];
        for (var at = 0; at < count; at++)
        {
            var bytes = element[..width];
            file.ReadExactly(bytes);
            if (isFloat)
                asFloats[at] = FloatOf(bytes, entry, at, path);
            else
                asInts[at] = IntOf(bytes, entry, at, path);
        }
        return isFloat
            ? new StoredTensor(entry.Name, entry.Shape, (ReadOnlyMemory<float>)asFloats)
            : new StoredTensor(entry.Name, entry.Shape, (ReadOnlyMemory<int>)asInts);
    }

    private static float FloatOf(ReadOnlySpan<byte> bytes, Entry entry, int at, string path)
    {
        if (entry.Type == "F16")
            return (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);
        if (entry.Type == "BF16")
            return BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16);
        var value = BinaryPrimitives.ReadDoubleLittleEndian(bytes);
        return double.IsFinite(value) && !float.IsFinite((float)value)
            ? throw Damaged(path, $"tensor '{entry.Name}', element {at}: {value} does not fit a 32-bit float", "Scale the tensor before it is stored.")
            : (float)value;
    }

    private static int IntOf(ReadOnlySpan<byte> bytes, Entry entry, int at, string path)
    {
        var value = entry.Type switch
        {
            "BOOL" or "U8" => bytes[0],
            "I8" => (sbyte)bytes[0],
            "I16" => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            "U16" => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            "U32" => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            "I64" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            _ => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(bytes), long.MaxValue),
        };
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw Damaged(path, $"tensor '{entry.Name}', element {at}: {value} does not fit a 32-bit integer", "Store it in a smaller type.");
    }

    private static int TypeBytes(string type, string name, string path) => type switch
    {
        "BOOL" or "U8" or "I8" => 1,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "F32" or "I32" or "U32" => 4,
        "F64" or "I64" or "U64" => 8,
        _ => throw Damaged(path, $"tensor '{name}' has the element type '{type}', which is not known here", "Store it as F32."),
    };

    private static string Short(JsonElement element)
    {
        var text = element.GetRawText();
        return text.Length <= 80 ? text : text[..80] + "...";
    }

    private static InvalidDataException Damaged(string path, string what, string fix) => new($"Safetensors file {path}: {what}.\n{fix}");
}
