using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>A file is written whole, or the old one stays.</summary>
public sealed class AtomicFileTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Text_is_written_and_replaced()
    {
        AtomicFile.WriteText(folder["run.json"], "first, and longer");
        AtomicFile.WriteText(folder["run.json"], "ä");
        Assert.That(File.ReadAllBytes(folder["run.json"]), Is.EqualTo(new byte[] { 0xC3, 0xA4 }));
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_full_disk_leaves_the_old_file_and_nothing_else()
    {
        AtomicFile.WriteText(folder["model"], "old");
        var error = Assert.Throws<IOException>(() => AtomicFile.Write(folder["model"], stream =>
        {
            stream.Write("half of the new"u8);
            stream.Flush();
            throw new IOException("No space left on device");
        }))!;
        Assert.That(error.Message, Does.Contain(folder["model"]).And.Contain("No space left").And.Contain("as before").And.Contain("Make room"));
        Assert.That(File.ReadAllText(folder["model"]), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_device_that_is_really_full_is_told()
    {
        if (!File.Exists("/dev/full"))
            Assert.Ignore("This system has no /dev/full.");
        File.CreateSymbolicLink(folder["model" + AtomicFile.TemporaryEnd], "/dev/full");
        var error = Assert.Throws<IOException>(() => SafeTensors.Write(folder["model"], [new StoredTensor("w", [100_000], (ReadOnlyMemory<float>)new float[100_000])]))!;
        Assert.That(error.Message, Does.Contain(folder["model"]).And.Contain("No file was left there"));
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
    }

    [Test]
    public void An_error_of_the_writer_comes_through_as_it_is()
    {
        Assert.That(() => AtomicFile.Write(folder["a"], _ => throw new FormatException("mine")), Throws.TypeOf<FormatException>());
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
    }

    [Test]
    public void A_missing_folder_is_told() =>
        Assert.That(() => AtomicFile.WriteText(Path.Combine(folder["none"], "a"), ""),
            Throws.TypeOf<IOException>().With.Message.Contains("Make the folder first"));
}
