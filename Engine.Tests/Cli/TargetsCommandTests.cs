using GpuNN.Cli;
using NUnit.Framework;

namespace GpuNN.Tests;

public sealed class TargetsCommandTests
{
    [Test]
    public void An_unknown_recipe_is_a_bad_argument()
    {
        var run = CommandRun.Of("targets", "--recipes", "mlp,abacus");
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.BadArguments));
            Assert.That(run.Error, Does.Contain("abacus").And.Contain("lenet"));
        });
    }

    [Test]
    public void With_data_only_recipes_whose_files_are_there_run()
    {
        var folder = Directory.CreateTempSubdirectory("gpunn-targets-").FullName;
        try
        {
            var run = CommandRun.Of("targets", "--data", folder, "--out", folder);
            Assert.Multiple(() =>
            {
                Assert.That(run.Code, Is.EqualTo(ExitCode.Reached));
                Assert.That(run.OutputLines, Has.Length.EqualTo(2), "the head of the table and no row");
                Assert.That(Directory.GetFileSystemEntries(folder), Is.Empty);
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
