using NUnit.Framework;
using Samples;

namespace GpuNN.Tests;

public sealed class SampleTests
{
    [Test]
    public void The_first_program_trains()
    {
        var folder = Directory.CreateTempSubdirectory("gpunn-sample-").FullName;
        using var output = new StringWriter();
        var accuracy = TrainSample.Run(output, folder, epochs: 1);
        var saved = new FileInfo(Path.Combine(folder, "digits.safetensors"));
        Assert.Multiple(() =>
        {
            Assert.That(accuracy, Is.GreaterThan(0.8));
            Assert.That(output.ToString(), Does.Contain("1 epochs").And.Contain("Conv2D"));
            Assert.That(saved.Length, Is.GreaterThan(4 * 32 * 14 * 14 * 10));
        });
        Directory.Delete(folder, recursive: true);
    }
}
