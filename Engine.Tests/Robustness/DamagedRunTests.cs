using GpuNN.Cli;

namespace GpuNN.Tests;

/// <summary>A full disk, damaged and foreign checkpoints: one line that says what, what was there stays, and the run can go on.</summary>
public sealed class DamagedRunTests
{
    // 640 images are 5 steps of 128
    private const string FirstCheckpoint = "checkpoint-000000000005.safetensors", SecondCheckpoint = "checkpoint-000000000010.safetensors";

    private static TemporaryFolder folder = null!;
    private static string undisturbed = "";

    private string target = "";

    [OneTimeSetUp]
    public static void TrainUndisturbed()
    {
        folder = new TemporaryFolder();
        DigitFiles.Write(folder["data"]);
        undisturbed = folder["undisturbed"];
        Train(undisturbed, epochs: 2);
    }

    [OneTimeTearDown]
    public static void RemoveFolder() => folder.Dispose();

    [SetUp]
    public void TrainTheFirstOfTwoEpochs()
    {
        target = folder[TestContext.CurrentContext.Test.ID];
        // the rate follows the number of epochs, so the first of two is made by stopping a run of two
        Copy(undisturbed, target);
        File.Delete(Path.Combine(target, "checkpoints", SecondCheckpoint));
        File.WriteAllText(Path.Combine(target, "model.safetensors"), "an older model");
    }

    [Test]
    public void A_disk_full_while_a_checkpoint_is_saved()
    {
        Full(Path.Combine("checkpoints", SecondCheckpoint + AtomicFile.TemporaryEnd));
        var before = OutFolder.Bits(target);
        var run = Train(target, epochs: 2, "--resume");
        Failed(run, SecondCheckpoint, "No space left");
        var after = OutFolder.Bits(target);
        // the epoch itself went well, so its line may stand; what goes on from the checkpoint cuts it off again
        foreach (var file in before.Keys.Where(file => file != "metrics.csv"))
            Assert.That(after[file], Is.EqualTo(before[file]), file);
        GoesOn();
    }

    [Test]
    public void A_disk_full_while_the_model_is_saved()
    {
        Full("model.safetensors" + AtomicFile.TemporaryEnd);
        Failed(Train(target, epochs: 2, "--resume"), "model.safetensors", "No space left");
        Assert.That(File.ReadAllText(Path.Combine(target, "model.safetensors")), Is.EqualTo("an older model"));
        GoesOn();
    }

    [Test]
    public void A_disk_full_while_the_figures_are_cut_back()
    {
        Full("metrics.csv" + AtomicFile.TemporaryEnd);
        var before = OutFolder.Bits(target);
        Failed(Train(target, epochs: 2, "--resume"), "metrics.csv", "No space left");
        Assert.That(OutFolder.Bits(target), Is.EquivalentTo(before));
        GoesOn();
    }

    [Test]
    public void A_place_that_is_no_folder()
    {
        var file = Path.Combine(target, "model.safetensors");
        Failed(Train(file, epochs: 1), "model.safetensors");
        Assert.That(File.ReadAllText(file), Is.EqualTo("an older model"));
    }

    [Test]
    public void A_newest_checkpoint_that_is_cut_off()
    {
        var newest = Path.Combine(target, "checkpoints", SecondCheckpoint);
        File.Copy(Path.Combine(undisturbed, "checkpoints", SecondCheckpoint), newest);
        using (var file = new FileStream(newest, FileMode.Open))
            file.SetLength(file.Length / 2);
        var run = Train(target, epochs: 2, "--resume");
        Assert.That(run.Output + run.Error, Does.Contain("Warning").And.Contain(SecondCheckpoint));
        OutFolder.Same(target, undisturbed, "resumed from the checkpoint before");
    }

    [Test]
    public void A_checkpoint_of_another_seed()
    {
        var before = OutFolder.Bits(target);
        Failed(Train(target, epochs: 2, "--resume", "--seed", "9"), "seed is 1", "9");
        Assert.That(OutFolder.Bits(target), Is.EquivalentTo(before));
    }

    [Test]
    public void A_checkpoint_of_another_model()
    {
        using (var device = Device.Open("cpu", Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance))
        {
            var other = new Trainer(device, new Sequential(new Flatten(), new Dense(784, 10)), Loss.SoftmaxCrossEntropy, new Adam(1e-3f)) { Seed = 1 };
            var digits = DrawnDigits.Draw(train: 640, test: 10);
            other.Fit(digits.Train, null, 1, 128, new Checkpoints(Path.Combine(target, "checkpoints"), resume: false));
        }
        var before = OutFolder.Bits(target);
        Failed(Train(target, epochs: 2, "--resume"), "must come from the same training", "(784, 512) in the model", "missing");
        Assert.That(OutFolder.Bits(target), Is.EquivalentTo(before));
    }

    [Test]
    public void Figures_of_another_program()
    {
        File.WriteAllText(Path.Combine(target, "metrics.csv"), "a,b\n1,2\n");
        var before = OutFolder.Bits(target);
        Failed(Train(target, epochs: 2, "--resume"), "metrics.csv", "header");
        Assert.That(OutFolder.Bits(target), Is.EquivalentTo(before));
    }

    private static CommandRun Train(string target, int epochs, params string[] more) => CommandRun.Of(
        ["train", "mlp", "--device", "cpu", "--data", folder["data"], "--epochs", $"{epochs}", "--out", target, .. more]);

    private static void Failed(CommandRun run, params string[] told)
    {
        Assert.That(run.Code, Is.EqualTo(ExitCode.Failure), run.Output);
        Assert.That(run.ErrorLines, Has.Length.EqualTo(1), run.Error);
        foreach (var word in told)
            Assert.That(run.Error, Does.Contain(word));
    }

    private void GoesOn()
    {
        Train(target, epochs: 2, "--resume");
        OutFolder.Same(target, undisturbed, "resumed with room on the disk");
    }

    // a link to the device that has no room: the writer meets the system's own error
    private void Full(string file)
    {
        if (!File.Exists("/dev/full"))
            Assert.Ignore("This system has no /dev/full.");
        File.CreateSymbolicLink(Path.Combine(target, file), "/dev/full");
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
