using GpuNN.Cli;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>What a recipe reads of its own settings.</summary>
public sealed class RecipeContextTests
{
    private static RecipeContext With(string name, string value) =>
        new(null!, new TrainOptions { Epochs = 1, Out = "", Settings = new Dictionary<string, string> { [name] = value } }, null, null!);

    [Test]
    public void Numbers_and_names_are_read_and_anything_else_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(With("units", "12").Number("units", 5), Is.EqualTo(12));
        Assert.That(With("units", "12").Number("digits", 5), Is.EqualTo(5));
        Assert.That(() => With("units", "0").Number("units", 5), Throws.TypeOf<ArgumentMistake>().With.Message.EqualTo("units must be a whole number above 0, but is 0."));
        Assert.That(With("reads", "both").Choice("reads", ReadingOrder.Forwards), Is.EqualTo(ReadingOrder.Both));
        Assert.That(With("reads", "both").Choice("attention", DecoderAttention.General), Is.EqualTo(DecoderAttention.General));
        Assert.That(() => With("reads", "1").Choice("reads", ReadingOrder.Forwards), Throws.TypeOf<ArgumentMistake>().With.Message.EqualTo("reads must be one of forwards, backwards, both, but is 1."));
    });
}
