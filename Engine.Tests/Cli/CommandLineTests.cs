using System.Text.Json;
using GpuNN.Cli;
using NUnit.Framework;

namespace GpuNN.Tests;

public sealed class CommandLineTests
{
    [TestCase("", "Required command")]
    [TestCase("frobnicate", "frobnicate")]
    [TestCase("list --frobnicate", "--frobnicate")]
    [TestCase("train", "RECIPE")]
    [TestCase("train nothing-of-the-kind", "nothing-of-the-kind")]
    [TestCase("train mlp --epochs 0", "--epochs must be at least 1")]
    [TestCase("train mlp --epochs many", "--epochs must be a whole number, but is many.")]
    [TestCase("train mlp --epochs", "--epochs")]
    [TestCase("bench --seconds short", "--seconds must be a number of seconds above 0, but is short.")]
    [TestCase("train mlp --seed -1", "--seed must be at least 0")]
    [TestCase("train mlp --set target", "--set must be NAME=VALUE, but is target.")]
    [TestCase("train mlp --set =mpg", "--set must be NAME=VALUE, but is =mpg.")]
    [TestCase("train tabular --set folds=2 --set folds=3", "folds comes twice")]
    [TestCase("train mlp --set target=mpg", "The recipe mlp has no setting target. It has none at all.")]
    [TestCase("train mlp --data no/such/folder", "no/such/folder")]
    [TestCase("compare --lines no/such/file", "no/such/file")]
    public void Bad_arguments_give_exit_code_2_and_one_line(string arguments, string named)
    {
        var run = CommandRun.Of(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.BadArguments));
            Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
            Assert.That(run.Error, Does.StartWith("gpunn: ").And.Contain(named).And.Not.Contain("   at "));
            Assert.That(run.Output, Is.Empty);
        });
    }

    [Test]
    public void A_failure_gives_exit_code_1_and_one_line()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "{ this is no line of a benchmark\n");
        var run = CommandRun.Of("compare", "--lines", file);
        File.Delete(file);
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.Failure));
            Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
        });
    }

    [Test]
    public void Help_is_no_mistake()
    {
        var run = CommandRun.Of("--help");
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.Zero);
            Assert.That(run.Output, Does.Contain("train <RECIPE>"));
        });
    }

    [Test]
    public void The_list_is_json_with_every_recipe()
    {
        var run = CommandRun.Of("list", "--json");
        using var list = JsonDocument.Parse(run.Output);
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.Zero);
            Assert.That(list.RootElement.GetArrayLength(), Is.EqualTo(RecipeList.All.Count));
        });
        foreach (var recipe in list.RootElement.EnumerateArray())
            Assert.That(
                recipe.EnumerateObject().Select(field => field.Name),
                Is.SupersetOf(new[] { "name", "chapter", "data", "metric", "target" }));
    }

    [Test]
    public void The_list_for_people_names_every_recipe()
    {
        var run = CommandRun.Of("list");
        Assert.That(run.Code, Is.Zero);
        foreach (var recipe in RecipeList.All)
            Assert.That(run.Output, recipe.Settings.Aggregate(Does.Contain(recipe.Name), (words, setting) => words.And.Contain(setting.Description)));
    }

    [Test]
    public void The_machine_is_described_with_its_device()
    {
        var line = CommandRun.Of("compare", "--machine", "--device", "ilgpu-cpu").OutputLines.Single();
        Assert.That(line, Does.Contain("simulator").And.Contain(" cores, "));
    }

    [Test]
    public void Names_of_recipes_are_unique() =>
        Assert.That(RecipeList.All.Select(recipe => recipe.Name), Is.Unique);
}
