using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GpuNN;

/// <summary>
/// The safetensors format: a 64-bit little-endian header length, a JSON header {name: {dtype, shape, data_offsets}} with a
/// string map <c>__metadata__</c>, then the elements, little-endian, row-major, without gaps. Writes F32 and I32; reads F16,
/// BF16 and F64 as floats, and BOOL, U8, I8, I16, U16, U32, I64 and U64 as integers where they fit.
/// Source: the format description of the safetensors project.
/// </summary>
public sealed class SafeTensors
{
    internal const string MetadataName = "__metadata__";
    private readonly Dictionary<string, StoredTensor> byName;

    internal SafeTensors(string path, IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        (Path, Tensors, Metadata) = (path, tensors, metadata);
        byName = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The file this was read from.</summary>
    public string Path { get; }

    /// <summary>All tensors, by name in ordinal order.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>The text that came with the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of a name, or null.</summary>
    public StoredTensor? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Reads a whole file. Nothing in the header is believed before it has been checked against the file.</summary>
    /// <exception cref="InvalidDataException">The file is foreign, damaged or cut off.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SafeTensors Read(string path) => SafeTensorsReader.Read(path);

    /// <summary>
    /// Writes a file, whole or not at all (<see cref="AtomicFile"/>). The same tensors and metadata give the same bytes,
    /// whatever their order: names are sorted, the header is padded to 8 bytes.
    /// </summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="tensors">What to store; each name once.</param>
    /// <param name="metadata">Text to store with them, or null.</param>
    /// <exception cref="ArgumentException">A name is empty, reserved or comes twice.</exception>
    /// <exception cref="IOException">The file could not be written; the old one is as before.</exception>
    public static void Write(string path, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        StoredTensor[] sorted = [.. tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        var header = Header(sorted, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var tensor in sorted)
                stream.Write(tensor.Bytes);
        });
    }

    private static byte[] Header(StoredTensor[] sorted, IReadOnlyDictionary<string, string>? metadata)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataName);
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            var offset = 0L;
            for (var at = 0; at < sorted.Length; at++)
            {
                var tensor = sorted[at];
                if (tensor.Name.Length == 0 || tensor.Name == MetadataName)
                    throw new ArgumentException($"A stored tensor needs a name other than '{MetadataName}', but got '{tensor.Name}'.", nameof(sorted));
                if (at > 0 && sorted[at - 1].Name == tensor.Name)
                    throw new ArgumentException($"Each stored tensor needs a name of its own, but '{tensor.Name}' comes twice.\nGive one of the layers another name.", nameof(sorted));
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Kind == ElementKind.Float ? "F32" : "I32");
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape.Sizes)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (bytes.Length % 8 != 0)
            bytes.WriteByte((byte)' ');
        return bytes.ToArray();
    }
}
