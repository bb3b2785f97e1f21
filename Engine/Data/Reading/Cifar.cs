namespace GpuNN;

/// <summary>
/// CIFAR-10: 50,000 + 10,000 colour images in 10 classes, in its "binary version". A file is records of 3,073 bytes without a header:
/// the label, then 1,024 bytes red, 1,024 green, 1,024 blue, each plane row by row.
/// Shapes: items (3, 32, 32). Units: 0 dark to 1 full.
/// Source: Krizhevsky (2009), "Learning multiple layers of features from tiny images".
/// </summary>
public static class Cifar
{
    private const int Channels = 3, Side = 32, Pixels = Channels * Side * Side, Record = 1 + Pixels;

    private static readonly string[] names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    // Below the folder given: as it is unpacked, and short names of one's own.
    private static readonly string[] folders = ["", "cifar-10-batches-bin", "cifar10", "cifar10-subset"];

    /// <summary>
    /// Reads <c>data_batch_*.bin</c> and <c>test_batch.bin</c>, or <c>train-*.bin</c> and <c>test.bin</c>, plain or .gz. All training
    /// files there are make one set, in the order of their names.
    /// </summary>
    /// <param name="folder">The folder of the files, or the one that holds a folder <c>cifar-10-batches-bin</c>, <c>cifar10</c> or <c>cifar10-subset</c>.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message says where each was looked for.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static DataPair Load(string folder)
    {
        foreach (var place in folders.Select(name => Path.Combine(folder, name)).Where(Directory.Exists))
        {
            string[] train = Find(place, "data_batch_*.bin", "train-*.bin"), test = Find(place, "test_batch.bin", "test.bin");
            if (train.Length > 0 && test.Length > 0)
                return new DataPair(Read(train), Read(test));
        }
        throw new FileNotFoundException(
            "CIFAR-10 needs files data_batch_*.bin and test_batch.bin (or train-*.bin and test.bin), plain or .gz, but none of these places has both:\n" +
            $"  {string.Join("\n  ", folders.Select(name => Path.GetFullPath(Path.Combine(folder, name))))}\n" +
            "Unpack the binary version, not the one for Python.", Path.Combine(folder, "test_batch.bin"));
    }

    /// <summary>Reads files of records as one set.</summary>
    /// <param name="paths">The files, plain or .gz.</param>
    /// <exception cref="InvalidDataException">A file is empty, is cut off, or holds something else.</exception>
    public static DataSet Read(params ReadOnlySpan<string> paths)
    {
        var records = new List<byte[]>();
        foreach (var path in paths)
            Read(path, records);
        var inputs = new float[(long)records.Count * Pixels];
        for (var image = 0; image < records.Count; image++)
            for (var at = 0; at < Pixels; at++)
                inputs[(long)image * Pixels + at] = records[image][1 + at] * (1f / 255);
        return DataSet.WithLabels(inputs, [Channels, Side, Side], [.. records.Select(record => (int)record[0])], names.Length, names);
    }

    private static void Read(string path, List<byte[]> records)
    {
        using var stream = PlainOrGzip.OpenRead(path);
        for (var number = 0; ; number++)
        {
            var record = new byte[Record];
            var have = Next(stream, record, path);
            if (have == 0 && number > 0)
                return;
            if (have < Record)
                throw new InvalidDataException(
                    $"CIFAR-10 file {path}: needs records of {Record:N0} bytes, but record {number:N0} ends after {have:N0}.\nThe file is cut off or empty; fetch it again.");
            if (record[0] >= names.Length)
                throw new InvalidDataException(
                    $"CIFAR-10 file {path}: needs labels 0 to {names.Length - 1}, but record {number:N0} has {record[0]}.\nThe file is damaged, or of another format (CIFAR-100 has two labels a record).");
            records.Add(record);
        }
    }

    private static int Next(Stream stream, byte[] record, string path)
    {
        try
        {
            return stream.ReadAtLeast(record, Record, throwOnEndOfStream: false);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"CIFAR-10 file {path}: the compressed data are damaged or cut off ({exception.Message})\nFetch the file again.", exception);
        }
    }

    /// <summary>The files of the first pattern that has any, each once: the plain one where there is a .gz too.</summary>
    private static string[] Find(string folder, params ReadOnlySpan<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            string[] found = [.. Directory.GetFiles(folder, pattern), .. Directory.GetFiles(folder, pattern + ".gz")];
            if (found.Length > 0)
                return [.. found.DistinctBy(path => path.EndsWith(".gz", StringComparison.Ordinal) ? path[..^3] : path).Order(StringComparer.Ordinal)];
        }
        return [];
    }
}
