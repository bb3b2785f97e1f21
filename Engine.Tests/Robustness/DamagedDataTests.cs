using System.IO.Compression;
using GpuNN.Cli;

namespace GpuNN.Tests;

/// <summary>Data that is damaged, foreign or wrong: exit code 1, one line that says what and where, and nothing is touched.</summary>
public sealed class DamagedDataTests
{
    private const string Images = "train-images-idx3-ubyte", Labels = "train-labels-idx1-ubyte", TestLabels = "t10k-labels-idx1-ubyte";
    private const int LabelHead = 8, ImageHead = 16;

    private TemporaryFolder folder = null!;
    private string mnist = "";

    [SetUp]
    public void MakeFolder()
    {
        folder = new TemporaryFolder();
        mnist = DigitFiles.Write(folder["data"], train: 40, test: 20);
        Assert.That(Train().Error, Is.Empty);
    }

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Images_cut_off() => Refused(Images, bytes => bytes[..(bytes.Length / 2)], Images);

    [Test]
    public void Images_cut_off_within_the_head() => Refused(Images, bytes => bytes[..7], Images);

    [Test]
    public void Labels_cut_off() => Refused(TestLabels, bytes => bytes[..^1], TestLabels);

    [Test]
    public void An_empty_file() => Refused(Labels, _ => [], Labels);

    [Test]
    public void Another_kind_of_file() => Refused(Images, _ => "<html>404 Not Found</html>"u8.ToArray(), Images);

    [Test]
    public void A_label_out_of_range() => Refused(Labels, bytes => [.. bytes[..LabelHead], 12, .. bytes[(LabelHead + 1)..]], "12", "label");

    [Test]
    public void Images_in_place_of_labels() => Refused(Labels, _ => File.ReadAllBytes(Path.Combine(mnist, Images)), Labels, "swapped");

    [Test]
    public void Fewer_labels_than_images() => Refused(Labels, bytes => [.. bytes[..(LabelHead - 1)], 39, .. bytes[LabelHead..^1]], "40", "39");

    [Test]
    public void No_images_at_all()
    {
        Rewrite(Labels, bytes => [.. bytes[..(LabelHead - 1)], 0]);
        Refused(Images, bytes => [.. bytes[..7], 0, .. bytes[8..ImageHead]], "empty");
    }

    [Test]
    public void A_file_that_is_missing()
    {
        var before = OutFolder.Bits(folder["out"]);
        File.Delete(Path.Combine(mnist, TestLabels));
        Told(before, TestLabels);
    }

    [Test]
    public void A_packed_file_cut_off()
    {
        var before = OutFolder.Bits(folder["out"]);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(File.ReadAllBytes(Path.Combine(mnist, Images)));
        File.Delete(Path.Combine(mnist, Images));
        File.WriteAllBytes(Path.Combine(mnist, Images + ".gz"), packed.ToArray()[..(int)(packed.Length * 2 / 3)]);
        Told(before, Images + ".gz");
    }

    [Test]
    public void Fewer_samples_than_a_batch_are_no_mistake() => Assert.That(Train().Code, Is.EqualTo(ExitCode.Missed).Or.EqualTo(ExitCode.Reached));

    [Test]
    public void One_sample_is_no_mistake()
    {
        DigitFiles.Write(folder["data"], train: 1, test: 1);
        Assert.That(Train().Error, Is.Empty);
    }

    private void Refused(string file, Func<byte[], byte[]> damage, params string[] told)
    {
        var before = OutFolder.Bits(folder["out"]);
        Rewrite(file, damage);
        Told(before, told);
    }

    private void Rewrite(string file, Func<byte[], byte[]> damage)
    {
        var path = Path.Combine(mnist, file);
        File.WriteAllBytes(path, damage(File.ReadAllBytes(path)));
    }

    private void Told(Dictionary<string, string> before, params string[] told)
    {
        var run = Train();
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.Failure));
            Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
            foreach (var word in told)
                Assert.That(run.Error, Does.Contain(word).IgnoreCase);
            Assert.That(OutFolder.Bits(folder["out"]), Is.EquivalentTo(before), "files of an earlier run");
        });
    }

    private CommandRun Train() =>
        CommandRun.Of("train", "mlp", "--device", "cpu", "--data", folder["data"], "--epochs", "1", "--out", folder["out"]);
}
