namespace GpuNN;

/// <summary>
/// MNIST: 60,000 + 10,000 handwritten digits, and other sets laid out like it.
/// Shapes: items (1, 28, 28). Units: ink, 0 background to 1 full.
/// Source: LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to document recognition".
/// </summary>
public static class Mnist
{
    private const int Digits = 10;

    /// <summary>Reads the four IDX files, plain or .gz.</summary>
    /// <param name="folder">The folder of the files, or the one that holds a folder <c>mnist</c>.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message says where each was looked for.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or images and labels do not belong together.</exception>
    public static DataPair Load(string folder) => new(Part(folder, "train", "training"), Part(folder, "t10k", "test"));

    private static DataSet Part(string folder, string prefix, string what)
    {
        var imagePath = Find(folder, $"{prefix}-images-idx3-ubyte");
        var labelPath = Find(folder, $"{prefix}-labels-idx1-ubyte");
        var images = Idx.Read(imagePath);
        var labels = Idx.Read(labelPath);
        if (images.Kind != IdxKind.UInt8 || images.Sizes.Count != 3)
            throw new InvalidDataException(
                $"MNIST {what} images {imagePath}: need bytes with 3 axes (count, rows, columns), but got {images.Kind} with {images.Sizes.Count}.\nAre the images and labels swapped?");
        if (labels.Kind != IdxKind.UInt8 || labels.Sizes.Count != 1)
            throw new InvalidDataException(
                $"MNIST {what} labels {labelPath}: need bytes with 1 axis, but got {labels.Kind} with {labels.Sizes.Count}.\nAre the images and labels swapped?");
        if (images.Sizes[0] != labels.Sizes[0])
            throw new InvalidDataException(
                $"MNIST {what} part: {imagePath} has {images.Sizes[0]:N0} images, but {labelPath} has {labels.Sizes[0]:N0} labels.\nThe files come from different parts.");
        try
        {
            return DataSet.WithLabels(images.Floats(1f / 255), [1, images.Sizes[1], images.Sizes[2]], labels.Ints(), Digits);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"MNIST {what} part in {Path.GetDirectoryName(imagePath)}: {exception.Message}", exception);
        }
    }

    private static string Find(string folder, string name)
    {
        string[] places =
        [
            Path.Combine(folder, name), Path.Combine(folder, name + ".gz"),
            Path.Combine(folder, "mnist", name), Path.Combine(folder, "mnist", name + ".gz"),
        ];
        return places.FirstOrDefault(File.Exists) ?? throw new FileNotFoundException(
            $"MNIST needs the file {name}, plain or .gz, but it is in none of these places:\n  {string.Join("\n  ", places.Select(Path.GetFullPath))}\n" +
            "Lay out the folder as train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz.",
            places[1]);
    }
}
