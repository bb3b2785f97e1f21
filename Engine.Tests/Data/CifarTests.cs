using System.IO.Compression;

namespace GpuNN.Tests;

/// <summary>Files of CIFAR-10, whole and damaged.</summary>
public sealed class CifarTests
{
    private const int Record = 3073;

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Images_are_read_plane_by_plane()
    {
        Write("a.bin", [7, 0]);
        var set = Cifar.Read(folder["a.bin"]);
        Assert.That((set.Count, set.Classes, set.ItemShape), Is.EqualTo((2, 10, Shape.Of(3, 32, 32))));
        Assert.That(set.Labels.ToArray(), Is.EqualTo(new[] { 7, 0 }));
        Assert.That(set.ClassNames[7], Is.EqualTo("horse"));
        for (var at = 0; at < 3072; at++)
            Assert.That(set.Item(1)[at], Is.EqualTo(Pixel(1, at) / 255f).Within(1e-6f));
    }

    [Test]
    public void All_training_files_make_one_set_in_the_order_of_their_names([Values] bool zipped, [Values("", "cifar-10-batches-bin", "cifar10")] string below)
    {
        Directory.CreateDirectory(folder[below]);
        var end = zipped ? ".gz" : "";
        Write(Path.Combine(below, $"data_batch_2.bin{end}"), [4, 5], zipped);
        Write(Path.Combine(below, $"data_batch_1.bin{end}"), [1, 2, 3], zipped);
        Write(Path.Combine(below, $"test_batch.bin{end}"), [9], zipped);
        var (train, test) = Cifar.Load(folder.Path);
        Assert.That(train.Labels.ToArray(), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        Assert.That(test.Labels.ToArray(), Is.EqualTo(new[] { 9 }));
    }

    [Test]
    public void A_file_that_is_there_twice_is_read_once()
    {
        Directory.CreateDirectory(folder["cifar10-subset"]);
        Write("cifar10-subset/train-1.bin", [1]);
        Write("cifar10-subset/train-1.bin.gz", [1], zipped: true);
        Write("cifar10-subset/train-2.bin.gz", [2], zipped: true);
        Write("cifar10-subset/test.bin", [3]);
        Assert.That(Cifar.Load(folder.Path).Train.Labels.ToArray(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void Damaged_files_are_refused_with_the_reason()
    {
        Write("good", [1, 2, 3], zipped: true);
        Write("plain", [1, 2, 3]);
        File.WriteAllBytes(folder["half"], File.ReadAllBytes(folder["good"])[..200]);
        File.WriteAllBytes(folder["bent"], [.. File.ReadAllBytes(folder["good"]).Select((value, at) => at > 100 && at < 140 ? (byte)~value : value)]);
        File.WriteAllBytes(folder["cut"], File.ReadAllBytes(folder["plain"])[..^1]);
        File.WriteAllBytes(folder["empty"], []);
        File.WriteAllBytes(folder["page"], "<html>404 Not Found</html>"u8.ToArray());
        Write("label", [1, 10]);
        Assert.Multiple(() =>
        {
            Refuses("half", "cut off");
            Refuses("bent", "damaged");
            Refuses("cut", "record 2 ends after 3072");
            Refuses("empty", "record 0 ends after 0");
            Refuses("page", "record 0 ends after 26");
            Refuses("label", "record 1 has 10");
        });

        void Refuses(string name, string part)
        {
            var message = Assert.Throws<InvalidDataException>(() => Cifar.Read(folder[name]))!.Message;
            Assert.That(message, Does.StartWith($"CIFAR-10 file {folder[name]}: "));
            Assert.That(message.Replace(",", ""), Does.Contain(part));
        }
    }

    [Test]
    public void What_is_missing_is_said_with_every_place()
    {
        Write("data_batch_1.bin", [1]);
        var message = Assert.Throws<FileNotFoundException>(() => Cifar.Load(folder.Path))!.Message;
        Assert.That(message, Does.Contain("test_batch.bin").And.Contain(folder["cifar-10-batches-bin"]).And.Contain("Unpack the binary version"));
    }

    [Test]
    public void The_real_images_have_their_known_counts_and_means()
    {
        if (Environment.GetEnvironmentVariable("GPUNN_DATA") is not { Length: > 0 } data || !Directory.GetDirectories(data, "cifar*").Any())
        {
            Assert.Ignore("GPUNN_DATA names no folder with CIFAR-10.");
            return;
        }
        var (train, test) = Cifar.Load(data);
        Assert.That(train.Labels.ToArray().CountBy(label => label).Select(pair => pair.Value).Distinct().ToArray(), Is.EqualTo(new[] { train.Count / 10 }));
        Assert.That(test.Labels.ToArray().CountBy(label => label).Select(pair => pair.Value).Distinct().ToArray(), Is.EqualTo(new[] { test.Count / 10 }));
        var means = new double[3];
        for (var row = 0; row < train.Count; row++)
            for (var channel = 0; channel < 3; channel++)
                foreach (var value in train.Item(row).Slice(channel * 1024, 1024))
                    means[channel] += value / 1024.0 / train.Count;
        Assert.That(means, Is.EqualTo(new[] { 0.49140, 0.48216, 0.44653 }).Within(0.005));
    }

    private static byte Pixel(int image, int at) => (byte)(image * 91 + at * 37 + at / 1024);

    private void Write(string name, byte[] labels, bool zipped = false)
    {
        using Stream file = File.Create(folder[name]);
        using var stream = zipped ? new GZipStream(file, CompressionLevel.Fastest) : file;
        for (var image = 0; image < labels.Length; image++)
        {
            var record = new byte[Record];
            record[0] = labels[image];
            for (var at = 0; at < Record - 1; at++)
                record[1 + at] = Pixel(image, at);
            stream.Write(record);
        }
    }
}
