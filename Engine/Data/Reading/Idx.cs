using System.Buffers.Binary;

namespace GpuNN;

/// <summary>The element types of an IDX file, by the codes that stand in its header.</summary>
public enum IdxKind : byte
{
    /// <summary>Unsigned bytes.</summary>
    UInt8 = 0x08,

    /// <summary>Signed bytes.</summary>
    Int8 = 0x09,

    /// <summary>16-bit integers.</summary>
    Int16 = 0x0B,

    /// <summary>32-bit integers.</summary>
    Int32 = 0x0C,

    /// <summary>32-bit floating-point numbers.</summary>
    Float = 0x0D,

    /// <summary>64-bit floating-point numbers.</summary>
    Double = 0x0E,
}

/// <summary>
/// An array read from an IDX file, plain or compressed with gzip: two zero bytes, the type, the number of axes, a big-endian
/// 32-bit size for each axis, then the elements, big-endian, last axis fastest.
/// Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", file formats.
/// </summary>
public sealed class Idx
{
    private readonly byte[] body;
    private readonly string path;

    private Idx(string path, IdxKind kind, int[] sizes, byte[] body) =>
        (this.path, Kind, Sizes, this.body) = (path, kind, sizes, body);

    /// <summary>Type of the elements in the file.</summary>
    public IdxKind Kind { get; }

    /// <summary>Size of each axis.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>Number of elements.</summary>
    public int Count => body.Length / ElementBytes(Kind);

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file, plain or .gz.</param>
    /// <exception cref="InvalidDataException">The file is no IDX file, is cut off, or is longer than its header says.</exception>
    public static Idx Read(string path)
    {
        using var stream = PlainOrGzip.OpenRead(path);
        try
        {
            return Read(stream, path);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException && !exception.Message.StartsWith("IDX", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"IDX file {path}: the compressed data are damaged or cut off ({exception.Message})\nFetch the file again.", exception);
        }
    }

    /// <summary>The elements as floats, each times <paramref name="scale"/>.</summary>
    public float[] Floats(float scale = 1f)
    {
        var values = new float[Count];
        if (Kind == IdxKind.UInt8)
        {
            for (var at = 0; at < values.Length; at++)
                values[at] = body[at] * scale;
            return values;
        }
        for (var at = 0; at < values.Length; at++)
            values[at] = (float)Element(at) * scale;
        return values;
    }

    /// <summary>The elements as integers.</summary>
    /// <exception cref="InvalidDataException">The file holds floating-point numbers.</exception>
    public int[] Ints()
    {
        if (Kind is IdxKind.Float or IdxKind.Double)
            throw new InvalidDataException($"IDX file {path}: needs integers, but holds elements of type {Kind}.\nIt may be the file of the inputs, not of the labels.");
        var values = new int[Count];
        for (var at = 0; at < values.Length; at++)
            values[at] = (int)Element(at);
        return values;
    }

    private double Element(int at) => Kind switch
    {
        IdxKind.UInt8 => body[at],
        IdxKind.Int8 => (sbyte)body[at],
        IdxKind.Int16 => BinaryPrimitives.ReadInt16BigEndian(body.AsSpan(2 * at)),
        IdxKind.Int32 => BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(4 * at)),
        IdxKind.Float => BinaryPrimitives.ReadSingleBigEndian(body.AsSpan(4 * at)),
        _ => BinaryPrimitives.ReadDoubleBigEndian(body.AsSpan(8 * at)),
    };

    private static int ElementBytes(IdxKind kind) => kind switch
    {
        IdxKind.UInt8 or IdxKind.Int8 => 1,
        IdxKind.Int16 => 2,
        IdxKind.Int32 or IdxKind.Float => 4,
        _ => 8,
    };

    private static Idx Read(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[4];
        if (stream.ReadAtLeast(start, 4, throwOnEndOfStream: false) < 4)
            throw new InvalidDataException($"IDX file {path}: needs a header of at least 4 bytes, but the file ends before.\nFetch the file again.");
        var kind = (IdxKind)start[2];
        if (start[0] != 0 || start[1] != 0 || !Enum.IsDefined(kind) || start[3] == 0)
            throw new InvalidDataException(
                $"IDX file {path}: needs a header 00 00 type axes, type one of 08 09 0B 0C 0D 0E, but got {Convert.ToHexString(start)}.\n" +
                "It is no IDX file; check the name.");

        var sizes = new int[start[3]];
        Span<byte> sizeBytes = stackalloc byte[4];
        long bytes = ElementBytes(kind);
        for (var axis = 0; axis < sizes.Length; axis++)
        {
            if (stream.ReadAtLeast(sizeBytes, 4, throwOnEndOfStream: false) < 4)
                throw new InvalidDataException($"IDX file {path}: the header says {sizes.Length} axes, but the file ends before the size of axis {axis}.\nFetch the file again.");
            sizes[axis] = BinaryPrimitives.ReadInt32BigEndian(sizeBytes);
            bytes = sizes[axis] < 0 ? long.MaxValue : bytes * sizes[axis];
            if (bytes > Array.MaxLength)
                throw new InvalidDataException(
                    $"IDX file {path}: sizes ({string.Join(", ", sizes[..(axis + 1)])}{(axis + 1 < sizes.Length ? ", ..." : "")}) are negative or more than fits in memory.\nThe header is damaged; fetch the file again.");
        }
        return new Idx(path, kind, sizes, Body(stream, path, sizes, (int)bytes));
    }

    private static byte[] Body(Stream stream, string path, int[] sizes, int bytes)
    {
        // The header is not believed before its bytes have come: a damaged one must not make the program ask for gigabytes.
        var body = new byte[Math.Min(bytes, 1 << 24)];
        var have = 0;
        while (true)
        {
            have += stream.ReadAtLeast(body.AsSpan(have), body.Length - have, throwOnEndOfStream: false);
            if (have < body.Length)
                throw new InvalidDataException(
                    $"IDX file {path}: sizes ({string.Join(", ", sizes)}) need {bytes:N0} bytes of elements, but the file ends after {have:N0}.\nThe file is cut off; fetch it again.");
            if (have == bytes)
                break;
            Array.Resize(ref body, (int)Math.Min(bytes, 2L * body.Length));
        }
        if (stream.ReadByte() >= 0)
            throw new InvalidDataException(
                $"IDX file {path}: sizes ({string.Join(", ", sizes)}) need {bytes:N0} bytes of elements, but the file has more.\nThe header is damaged, or something was appended.");
        return body;
    }
}
