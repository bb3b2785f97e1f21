using System.IO.Compression;
using System.Text;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Text to tokens and back, padding, buckets, windows and pairs of sentences.</summary>
public sealed class TextTests
{
    [Test]
    public void A_vocabulary_counts_numbers_and_gives_back()
    {
        var words = Vocabulary.Of(TextUnit.Words, ["The cat sat.", "The dog sat.", "A cat!"]);
        Assert.That(Enumerable.Range(0, words.Count).Select(id => words[id]),
            Is.EqualTo(new[] { "<pad>", "<start>", "<end>", "<unknown>", ".", "cat", "sat", "the", "!", "a", "dog" }), "by count, then by code point");
        Assert.That(words.Encode("the DOG ran."), Is.EqualTo(new[] { 7, 10, Vocabulary.Unknown, 4 }));
        Assert.That(words.Decode([Vocabulary.Start, 7, 10, Vocabulary.Unknown, Vocabulary.Pad, Vocabulary.End, 4]), Is.EqualTo("the dog <unknown>"));
        Assert.That(Vocabulary.Of(TextUnit.Words, ["a a b b c"], atLeast: 2).Count, Is.EqualTo(Vocabulary.Specials + 2));
        Assert.That(Vocabulary.Of(TextUnit.Words, ["a a b c"], most: 1).Encode("a b"), Is.EqualTo(new[] { 4, Vocabulary.Unknown }));
        var characters = Vocabulary.Of(TextUnit.Characters, ["aab\n𝄞"]);
        Assert.That((characters.Count, characters.Decode(characters.Encode("b𝄞\na"))), Is.EqualTo((8, "b𝄞\na")));
        Assert.That(characters.ToString(), Is.EqualTo("8 tokens of characters"));
    }

    [Test]
    public void A_vocabulary_refuses_what_it_cannot_mean() => Assert.Multiple(() =>
    {
        var few = new Vocabulary(TextUnit.Words, ["a"]);
        Assert.That(() => few.Decode([4, 5]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 to 4, but got 5"));
        Assert.That(() => few[-1], Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Vocabulary(TextUnit.Words, ["a", "b", "a"]), Throws.ArgumentException.With.Message.Contains("number 6 is 'a', as is number 4"));
        Assert.That(() => new Vocabulary(TextUnit.Words, ["<pad>"]), Throws.ArgumentException.With.Message.Contains("as is number 0"), "padding is no piece of text");
        Assert.That(() => new Vocabulary(TextUnit.Words, [""]), Throws.ArgumentException.With.Message.Contains("not empty"));
    });

    [Test]
    public void A_vocabulary_comes_back_from_its_file()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "characters.txt");
        foreach (var saved in new[] { new Vocabulary(TextUnit.Characters, ["\n", "\\", "\r", " ", "n", "é"]), new Vocabulary(TextUnit.Words, ["le", "l'"]), new Vocabulary(TextUnit.Words, []) })
        {
            saved.Save(path);
            var loaded = Vocabulary.Load(path);
            Assert.That((loaded.Unit, loaded.Count), Is.EqualTo((saved.Unit, saved.Count)));
            Assert.That(Enumerable.Range(0, saved.Count).Select(id => loaded[id]), Is.EqualTo(Enumerable.Range(0, saved.Count).Select(id => saved[id])));
        }
        foreach (var (text, says) in new[] { ("a\nb\n", "begins with 'a'"), ("GpuNN vocabulary of words\na", "end with a line end"), ("GpuNN vocabulary of words\na\na\n", "as is number 4") })
        {
            File.WriteAllText(path, text);
            Assert.That(() => Vocabulary.Load(path), Throws.TypeOf<InvalidDataException>().With.Message.Contains(says));
        }
    }

    [TestCase("Two dogs, one T-shirt.", "two dogs , one t-shirt .")]
    [TestCase("L'homme qu'il voit d’abord", "l' homme qu' il voit d' abord")]
    [TestCase("The dog's bone; they don't", "the dog 's bone ; they don 't")]
    [TestCase("  2 \"quoted\" 'words'!  ", "2 \" quoted \" ' words ' !")]
    [TestCase("Été à la mer - où?", "été à la mer - où ?")]
    [TestCase("", "")]
    public void Words_and_marks_are_told_apart(string text, string pieces) => Assert.That(string.Join(' ', Tokenizer.Words(text)), Is.EqualTo(pieces));

    [Test]
    public void Sequences_are_filled_up_to_one_length()
    {
        Assert.That(PaddedSequences.OfTokens([[5, 6], [], [7]]), Is.EqualTo(new[] { 5, 6, 0, 0, 7, 0 }));
        Assert.That(PaddedSequences.OfTokens([[5]], steps: 3, fill: -1), Is.EqualTo(new[] { 5, -1, -1 }));
        Assert.That(PaddedSequences.OfTokens([]), Is.Empty);
        Assert.That(PaddedSequences.WithMask([[1, 2, 3, 4], [5, 6]], features: 2), Is.EqualTo(new float[] { 1, 2, 1, 3, 4, 1, 5, 6, 1, 0, 0, 0 }));
        Assert.That(PaddedSequences.Targets([[1], [2, 3]], features: 1, steps: 2), Is.EqualTo(new float[] { 1, -1, 2, 3 }));
        Assert.That(() => PaddedSequences.OfTokens([[1, 2]], steps: 1), Throws.ArgumentException.With.Message.Contains("at most 1 steps, but sequence 0 has 2"));
        Assert.That(() => PaddedSequences.WithMask([[1, 2, 3]], features: 2), Throws.ArgumentException.With.Message.Contains("whole steps of 2 numbers"));
    }

    [Test]
    public void Buckets_hold_similar_lengths()
    {
        var buckets = LengthBucket.Of([3, 9, 4, 5, 0, 8], width: 4);
        Assert.That(buckets.Select(bucket => $"{bucket.Steps}: {string.Join(' ', bucket.Rows)}"), Is.EqualTo(new[] { "4: 0 2 4", "8: 3 5", "12: 1" }));
    }

    [Test]
    public void Windows_go_on_where_the_batch_before_ended()
    {
        var corpus = new TextCorpus(string.Concat(Enumerable.Range(0, 26).Select(i => (char)('a' + i))));
        var set = corpus.Windows(batch: 2, steps: 4);
        // 25 pairs over 2 rows: 12 each, three windows of 4
        Assert.That(Enumerable.Range(0, set.Count).Select(row => $"{corpus.Vocabulary.Decode(set.TokensOf(row))}>{corpus.Vocabulary.Decode(set.LabelsOf(row))}"),
            Is.EqualTo(new[] { "abcd>bcde", "mnop>nopq", "efgh>fghi", "qrst>rstu", "ijkl>jklm", "uvwx>vwxy" }));
        var (train, validation) = corpus.Split(0.75);
        Assert.That((train.Count, validation.Count, corpus.Vocabulary.Decode(validation.Tokens)), Is.EqualTo((20, 6, "uvwxyz")));
        Assert.That(() => corpus.Windows(batch: 5, steps: 6), Throws.TypeOf<InvalidDataException>().With.Message.Contains("more than 30 tokens"));
        Assert.That(() => corpus.Split(1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Pairs_of_sentences_are_read_and_encoded()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "train.en"), "A dog.\nTwo big dogs run.\n");
        using (var zipped = new GZipStream(File.Create(Path.Combine(folder.Path, "train.fr.gz")), CompressionLevel.Fastest))
            zipped.Write(Encoding.UTF8.GetBytes("Un chien.\nDeux gros chiens courent.\n"));
        var pairs = ParallelCorpus.Load(folder.Path, "train");
        Assert.That((pairs.Count, pairs.Targets[1]), Is.EqualTo((2, "Deux gros chiens courent.")));
        var (english, french) = (Vocabulary.Of(TextUnit.Words, pairs.Sources), Vocabulary.Of(TextUnit.Words, pairs.Targets));
        var set = pairs.Encode(english, french, sourceSteps: 6, targetSteps: 7);
        Assert.That((set.ItemShape, set.LabelShape, set.Vocabulary, set.Classes), Is.EqualTo((Shape.Of(6), Shape.Of(7), english.Count, french.Count)));
        Assert.That((english.Decode(set.TokensOf(1)), french.Decode(set.LabelsOf(0))), Is.EqualTo(("two big dogs run .", "un chien .")));
        Assert.That(set.LabelsOf(0)[3..].ToArray(), Is.EqualTo(new[] { Vocabulary.End, 0, 0, 0 }));
        Assert.That(pairs.Encode(english, french, sourceSteps: 5, targetSteps: 7).Count, Is.EqualTo(1), "the longer one is left out");
        Assert.That(() => ParallelCorpus.Load(folder.Path, "val"), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("val.en or val.en.gz"));
        File.WriteAllText(Path.Combine(folder.Path, "train.en"), "A dog.\n");
        Assert.That(() => ParallelCorpus.Load(folder.Path, "train"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("1 and 2"));
    }
}
