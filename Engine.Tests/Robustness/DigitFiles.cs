using System.Buffers.Binary;

namespace GpuNN.Tests;

/// <summary>A few drawn digits as the four files of MNIST, so that a recipe reads them with <c>--data</c>.</summary>
internal static class DigitFiles
{
    private const int Side = 28;

    /// <summary>Writes the files into a folder <c>mnist</c> of the given one and returns its path.</summary>
    public static string Write(string folder, int train = 640, int test = 64)
    {
        var mnist = Directory.CreateDirectory(Path.Combine(folder, "mnist")).FullName;
        var digits = DrawnDigits.Draw(train, test);
        Write(mnist, "train", digits.Train);
        Write(mnist, "t10k", digits.Test);
        return mnist;
    }

    private static void Write(string mnist, string part, DataSet set)
    {
        var pixels = Enumerable.Range(0, set.Count).SelectMany(i => set.Item(i).ToArray()).Select(ink => (byte)MathF.Round(255 * ink));
        File.WriteAllBytes(Path.Combine(mnist, $"{part}-images-idx3-ubyte"), [0, 0, 8, 3, .. Number(set.Count), .. Number(Side), .. Number(Side), .. pixels]);
        File.WriteAllBytes(Path.Combine(mnist, $"{part}-labels-idx1-ubyte"), [0, 0, 8, 1, .. Number(set.Count), .. set.Labels.ToArray().Select(label => (byte)label)]);
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
