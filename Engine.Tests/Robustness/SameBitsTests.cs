using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>One seed, one result: a recipe run twice, and a training on any number of threads.</summary>
public sealed class SameBitsTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Two_runs_of_a_recipe_write_the_same_files()
    {
        DigitFiles.Write(folder["data"]);
        Train("first", seed: 11);
        Train("second", seed: 11);
        Train("other", seed: 12);
        OutFolder.Same(folder["second"], folder["first"], "the same seed again");
        Assert.That(OutFolder.Bits(folder["other"])["model.safetensors"], Is.Not.EqualTo(OutFolder.Bits(folder["first"])["model.safetensors"]), "another seed");
    }

    [Test]
    public void Threads_do_not_change_the_bits()
    {
        var digits = DrawnDigits.Draw(train: 500, test: 64);
        var one = Weights(threads: 1);
        foreach (var threads in new[] { 2, 3, 5 })
            Assert.That(Weights(threads).AsSpan().SequenceEqual(one), $"{threads} threads gave other bits than 1");

        int[] Weights(int threads)
        {
            using var device = Device.On(new HostRoute(threads));
            var model = new Sequential(new Flatten(), new Dense(784, 300), new Relu(), new Dropout(0.2f), new Dense(300, 10));
            var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(1e-3f)) { Seed = 5 };
            trainer.Fit(digits.Train, digits.Test, epochs: 2, batch: 64);
            return [.. model.Parameters.SelectMany(parameter => parameter.ToArray()).Select(BitConverter.SingleToInt32Bits)];
        }
    }

    private void Train(string target, int seed)
    {
        var run = CommandRun.Of("train", "mlp", "--device", "cpu", "--data", folder["data"], "--epochs", "2", "--seed", $"{seed}", "--out", folder[target]);
        Assert.That(run.Error, Is.Empty);
    }
}
