using System.Buffers.Binary;
using System.IO.Compression;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>IDX files and the MNIST layout, whole and damaged.</summary>
public sealed class IdxTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Reads_every_element_type([Values] bool zipped)
    {
        Assert.Multiple(() =>
        {
            Assert.That(Floats(IdxKind.UInt8, [0, 7, 255], zipped), Is.EqualTo(new float[] { 0, 7, 255 }));
            Assert.That(Floats(IdxKind.Int8, [0x80, 0, 127], zipped), Is.EqualTo(new float[] { -128, 0, 127 }));
            Assert.That(Floats(IdxKind.Int16, [0x80, 0, 0, 5], zipped), Is.EqualTo(new float[] { -32768, 5 }));
            Assert.That(Floats(IdxKind.Int32, [0, 1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFE], zipped), Is.EqualTo(new float[] { 65536, -2 }));
            Assert.That(Floats(IdxKind.Float, [0x3F, 0xC0, 0, 0], zipped), Is.EqualTo(new[] { 1.5f }));
            Assert.That(Floats(IdxKind.Double, [0xC0, 0x04, 0, 0, 0, 0, 0, 0], zipped), Is.EqualTo(new[] { -2.5f }));
        });
    }

    [Test]
    public void Gives_sizes_integers_and_scaled_floats()
    {
        Write("a", IdxKind.UInt8, [2, 3], [0, 51, 102, 153, 204, 255]);
        var array = Idx.Read(folder["a"]);
        Assert.That(array.Sizes, Is.EqualTo(new[] { 2, 3 }));
        Assert.That(array.Ints(), Is.EqualTo(new[] { 0, 51, 102, 153, 204, 255 }));
        Assert.That(array.Floats(1f / 255), Is.EqualTo(new[] { 0, 0.2f, 0.4f, 0.6f, 0.8f, 1 }).Within(1e-6f));
        Write("float", IdxKind.Float, [1], [0, 0, 0, 0]);
        Assert.That(() => Idx.Read(folder["float"]).Ints(), Throws.TypeOf<InvalidDataException>().With.Message.Contains("needs integers"));
    }

    [Test]
    public void Damaged_files_are_refused_with_the_reason()
    {
        File.WriteAllBytes(folder["short"], [0, 0]);
        File.WriteAllBytes(folder["foreign"], [0x89, 0x50, 0x4E, 0x47, 1, 2, 3]);
        File.WriteAllBytes(folder["sizes"], [0, 0, 8, 2, 0, 0, 0, 1, 0]);
        Write("cut", IdxKind.UInt8, [2, 3], [1, 2, 3, 4]);
        Write("long", IdxKind.UInt8, [2], [1, 2, 3]);
        Write("negative", IdxKind.UInt8, [-1], []);
        Write("huge", IdxKind.Double, [0x7FFFFFFF, 0x7FFFFFFF], []);
        Write("claims", IdxKind.UInt8, [0x7FFF0000], [1]);
        Write("zipped", IdxKind.UInt8, [1000], [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 37))], zipped: true);
        File.WriteAllBytes(folder["half"], File.ReadAllBytes(folder["zipped"])[..200]);
        Assert.Multiple(() =>
        {
            Refuses("short", "at least 4 bytes");
            Refuses("foreign", "89504E47", "no IDX file");
            Refuses("sizes", "2 axes", "axis 1");
            Refuses("cut", "(2, 3)", "6 bytes", "after 4");
            Refuses("long", "has more");
            Refuses("negative", "(-1)");
            Refuses("huge", "memory");
            Refuses("claims", "2,147,418,112 bytes", "after 1");
            Refuses("half", "half");
        });

        void Refuses(string name, params string[] parts)
        {
            var message = Assert.Throws<InvalidDataException>(() => Idx.Read(folder[name]))!.Message;
            Assert.That(message, Does.Contain(folder[name]));
            foreach (var part in parts)
                Assert.That(message, Does.Contain(part));
        }
    }

    [Test]
    public void Mnist_is_read_from_the_folder_or_the_one_above([Values] bool zipped, [Values] bool above)
    {
        Directory.CreateDirectory(folder["mnist"]);
        WriteMnist("mnist/", zipped, images: 3, labels: [7, 0, 9]);
        var digits = Mnist.Load(above ? folder.Path : folder["mnist"]);
        Assert.That((digits.Train.Count, digits.Test.Count, digits.Train.Classes), Is.EqualTo((3, 3, 10)));
        Assert.That(digits.Train.ItemShape, Is.EqualTo(Shape.Of(1, 2, 2)));
        Assert.That(digits.Test.Labels.ToArray(), Is.EqualTo(new[] { 7, 0, 9 }));
        Assert.That(digits.Train.Item(1).ToArray(), Is.EqualTo(new[] { 4 / 255f, 5 / 255f, 6 / 255f, 7 / 255f }).Within(1e-7f));
    }

    [Test]
    public void Mnist_says_what_is_missing_or_does_not_belong_together()
    {
        var missing = Assert.Throws<FileNotFoundException>(() => Mnist.Load(folder.Path))!.Message;
        Assert.That(missing, Does.Contain("train-images-idx3-ubyte").And.Contain(folder["mnist"]).And.Contain("t10k-labels-idx1-ubyte.gz"));

        WriteMnist("", zipped: false, images: 3, labels: [1, 2]);
        Assert.That(() => Mnist.Load(folder.Path), Throws.TypeOf<InvalidDataException>().With.Message.Contains("3 images").And.Message.Contains("2 labels"));
        WriteMnist("", zipped: false, images: 2, labels: [1, 12]);
        Assert.That(() => Mnist.Load(folder.Path), Throws.TypeOf<InvalidDataException>().With.Message.Contains("row 1 has 12"));
        File.Copy(folder["train-labels-idx1-ubyte"], folder["train-images-idx3-ubyte"], overwrite: true);
        Assert.That(() => Mnist.Load(folder.Path), Throws.TypeOf<InvalidDataException>().With.Message.Contains("swapped"));
    }

    [Test]
    public void Real_mnist_has_its_known_counts_and_mean()
    {
        if (Environment.GetEnvironmentVariable("GPUNN_DATA") is not { Length: > 0 } data || !Directory.Exists(Path.Combine(data, "mnist")))
        {
            Assert.Ignore("GPUNN_DATA names no folder with mnist.");
            return;
        }
        var digits = Mnist.Load(data);
        Assert.That((digits.Train.Count, digits.Test.Count), Is.EqualTo((60_000, 10_000)));
        Assert.That(Counts(digits.Train), Is.EqualTo(new[] { 5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949 }));
        Assert.That(Counts(digits.Test), Is.EqualTo(new[] { 980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009 }));
        double sum = 0;
        foreach (var pixel in digits.Train.Inputs.Span)
            sum += pixel;
        Assert.That(sum / digits.Train.Inputs.Length, Is.EqualTo(0.13066).Within(1e-5));

        static int[] Counts(DataSet part) => [.. part.Labels.ToArray().CountBy(label => label).OrderBy(pair => pair.Key).Select(pair => pair.Value)];
    }

    private float[] Floats(IdxKind kind, byte[] elements, bool zipped)
    {
        var size = kind switch { IdxKind.UInt8 or IdxKind.Int8 => 1, IdxKind.Int16 => 2, IdxKind.Double => 8, _ => 4 };
        Write("array", kind, [elements.Length / size], elements, zipped);
        return Idx.Read(folder["array"]).Floats();
    }

    private void WriteMnist(string prefix, bool zipped, int images, byte[] labels)
    {
        foreach (var part in new[] { "train", "t10k" })
        {
            var end = zipped ? ".gz" : "";
            Write($"{prefix}{part}-images-idx3-ubyte{end}", IdxKind.UInt8, [images, 2, 2], [.. Enumerable.Range(0, images * 4).Select(i => (byte)i)], zipped);
            Write($"{prefix}{part}-labels-idx1-ubyte{end}", IdxKind.UInt8, [labels.Length], labels, zipped);
        }
    }

    private void Write(string name, IdxKind kind, int[] sizes, byte[] elements, bool zipped = false)
    {
        using Stream file = File.Create(folder[name]);
        using var stream = zipped ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write([0, 0, (byte)kind, (byte)sizes.Length]);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var size in sizes)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes, size);
            stream.Write(bytes);
        }
        stream.Write(elements);
    }
}
