using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>BLEU against values that were computed by hand.</summary>
public sealed class BleuTests
{
    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [Test]
    public void Agrees_with_a_value_by_hand()
    {
        // of 6 words 5 are found, of 5 pairs 3, of 4 triples 2, of 3 quadruples 1; the candidate is as long as the reference
        var one = Bleu.Of([Words("the cat sat on the mat")], [Words("the dog sat on the mat")]);
        Assert.That(one, Is.EqualTo(Math.Pow(5 / 6.0 * 3 / 5 * 2 / 4 * 1 / 3, 0.25)).Within(1e-12));
        // one word shorter than its reference, all of it found: only the brevity counts
        Assert.That(Bleu.Of([Words("a b c d e")], [Words("a b c d e f")]), Is.EqualTo(Math.Exp(1 - 6 / 5.0)).Within(1e-12));
        // counts are added up over the corpus, not averaged
        Assert.That(Bleu.Of([Words("the cat sat on the mat"), Words("a b c d e")], [Words("the dog sat on the mat"), Words("a b c d e f")]),
            Is.EqualTo(Math.Pow(10 / 11.0 * 7 / 9 * 5 / 7 * 3 / 5, 0.25) * Math.Exp(1 - 12 / 11.0)).Within(1e-12));
    }

    [Test]
    public void Counts_are_clipped_by_the_reference_that_has_most()
    {
        // Papineni's example: "the" seven times, of which the first reference allows two
        string[][] references = [Words("the cat is on the mat"), Words("there is a cat on the mat")];
        Assert.That(Bleu.Of([Words("the the the the the the the")], [references]), Is.Zero, "no pair is found");
        // 4-grams of one reference, the length nearer to the other: c = 7 and r = 7
        Assert.That(Bleu.Of([Words("there is a cat on the the")], [references]), Is.EqualTo(Math.Pow(7 / 7.0 * 5 / 6 * 4 / 5 * 3 / 4, 0.25)).Within(1e-12));
    }

    [Test]
    public void Equal_texts_score_one_and_nothing_scores_nothing()
    {
        Assert.That(Bleu.Of([Words("a b c d"), Words("e f g h i")], [Words("a b c d"), Words("e f g h i")]), Is.EqualTo(1).Within(1e-12));
        Assert.That(Bleu.Of([Words("")], [Words("a b c d")]), Is.Zero);
        Assert.That(() => Bleu.Of([Words("a")], Array.Empty<string[]>()), Throws.ArgumentException.With.Message.Contains("1 candidates, and references for 0"));
    }
}
