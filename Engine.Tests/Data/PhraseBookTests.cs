using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The phrase book keeps the rules of French, seen from the sentences alone, and its parts do not overlap.</summary>
[Notes("16.1.2", "Encoding the outputs")]
public sealed class PhraseBookTests
{
    private static readonly string[] feminine = ["fille", "femme", "reine", "vache", "souris", "maison", "fleur", "voiture"];
    private static readonly string[] masculine = ["chien", "chat", "garçon", "roi", "chevalier", "boulanger", "poisson", "jardin"];
    private static readonly string[] before = ["grand", "grande", "petit", "petite", "joli", "jolie"];
    private static readonly string[] onlyFeminine = ["grande", "petite", "jolie", "noire", "verte", "blanche", "grise", "lourde", "lente"];
    private static readonly string[] onlyMasculine = ["grand", "petit", "joli", "noir", "vert", "blanc", "gris", "lourd", "lent"];

    [Test]
    public void Articles_and_adjectives_agree_with_their_noun()
    {
        foreach (var sentence in PhraseBook.Draw(train: 2_000, test: 0, seed: 3).Train.Targets)
        {
            var words = Tokenizer.Words(sentence);
            for (var at = 0; at < words.Count; at++)
            {
                var isFeminine = feminine.Contains(words[at]);
                if (!isFeminine && !masculine.Contains(words[at]))
                    continue;
                var first = before.Contains(words[at - 1]) ? at - 2 : at - 1;
                string[] articles = isFeminine ? ["la", "une", "de"] : ["le", "un", "de"];
                Assert.That(articles, Does.Contain(words[first]), sentence);
                string[] wrong = isFeminine ? onlyMasculine : onlyFeminine;
                Assert.That(new[] { words[at - 1], words[at + 1] }, Has.None.Matches<string>(word => wrong.Contains(word)), sentence);
                Assert.That(before, Does.Not.Contain(words[at + 1]), "big ones stand before");
            }
        }
    }

    [Test]
    public void A_denial_takes_two_words_and_leaves_no_article()
    {
        var pairs = PhraseBook.Draw(train: 2_000, test: 0, seed: 4).Train;
        for (var row = 0; row < pairs.Count; row++)
        {
            IReadOnlyList<string> english = Tokenizer.Words(pairs.Sources[row]), french = Tokenizer.Words(pairs.Targets[row]);
            var isDenied = english.Contains("not");
            Assert.That(french.Contains("ne") && french.Contains("pas"), Is.EqualTo(isDenied));
            Assert.That(french.Count, Is.EqualTo(english.Count), "does not see: ne voit pas");
            Assert.That(english.Count + 1, Is.AtMost(PhraseBook.Steps));
            if (isDenied)
                Assert.That(french[Place(french, "pas") + 1] == "de", Is.EqualTo(english[Place(english, "not") + 2] == "a"), pairs.Targets[row]);
            Assert.That(french.Contains("de"), Is.EqualTo(isDenied && english[Place(english, "not") + 2] == "a"));
        }
    }

    [Test]
    public void No_sentence_is_in_both_parts_and_a_seed_is_a_book()
    {
        var (train, test) = PhraseBook.Draw(seed: 1);
        Assert.That((train.Count, test.Count), Is.EqualTo((10_000, 1_000)));
        Assert.That(train.Sources.Intersect(test.Sources), Is.Empty);
        Assert.That(train.Sources.Zip(train.Targets).Distinct().Count(), Is.EqualTo(train.Sources.Distinct().Count()), "one translation each");
        var again = PhraseBook.Draw(train: 50, test: 10, seed: 1);
        Assert.That(again.Train.Targets, Is.EqualTo(train.Targets.Take(50)), "no sample depends on their number");
        Assert.That(again.Test.Sources, Is.EqualTo(test.Sources.Take(10)));
        Assert.That(PhraseBook.Draw(train: 50, seed: 2).Train.Sources, Is.Not.EqualTo(again.Train.Sources));
    }

    private static int Place(IReadOnlyList<string> words, string word) => words.TakeWhile(other => other != word).Count();
}
