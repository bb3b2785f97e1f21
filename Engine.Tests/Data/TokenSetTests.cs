using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Sets of tokens, and labels for each step: what they take, refuse and give, and that a trainer learns from them.</summary>
public sealed class TokenSetTests
{
    /// <summary>Sample r has the tokens r, r + 1, r + 2 and as labels of two steps r and 2 r, all modulo 7.</summary>
    private static DataSet Numbered(int rows) => DataSet.OfTokens([.. Enumerable.Range(0, rows).SelectMany(r => new[] { r % 7, (r + 1) % 7, (r + 2) % 7 })], [3], 7)
        .Labelled([.. Enumerable.Range(0, rows).SelectMany(r => new[] { r % 7, 2 * r % 7 })], 7, [2]);

    [Test]
    public void Refuses_what_does_not_fit_and_says_what_came() => Assert.Multiple(() =>
    {
        Refuses(() => DataSet.OfTokens(new int[7], [3], 5), "7 tokens", "(3)", "without the batch axis");
        Refuses(() => DataSet.OfTokens(new int[6], [3], 0), "vocabulary of at least one");
        Refuses(() => DataSet.OfTokens([0, 1, 2, 3, 4, 5], [3], 5), "0 to 4", "row 1, place 2 has 5");
        Refuses(() => DataSet.OfTokens([0, -1, 2], [3], 5), "place 1 has -1");
        Refuses(() => DataSet.OfTokens(new int[6], [3], 5).Labelled(new int[3], 2), "one label a row", "3 labels for 2 rows");
        Refuses(() => DataSet.OfTokens(new int[6], [3], 5).Labelled(new int[2], 2, [3]), "labels of (3) a row", "2 labels for 2 rows");
        Refuses(() => DataSet.OfTokens(new int[6], [3], 5).Labelled([0, 1, 2, 0, 0, 0], 2, [3]), "row 0 has 2");
        Refuses(() => Numbered(9).Append(DataSet.OfTokens(new int[3], [3], 7)), "two sets of one kind");
        Assert.That(() => Numbered(9).Labelled([0, 1, 1, 1, 1, 1, 1, 1, -1], 2, ignored: -1), Throws.Nothing);
        Assert.That(() => Numbered(9).Map((_, _) => { }), Throws.InvalidOperationException.With.Message.Contains("tokens"));
        Assert.That(() => Numbered(9).Split(0.5, 1, stratified: true), Throws.InvalidOperationException.With.Message.Contains("labels of (2)"));
        Refuses(() => Numbered(9).Batches(new BatchPlan(2) { Augment = [new RandomShift(1)] }), "tokens");
        Assert.That(Numbered(9).ToString(), Is.EqualTo("9 samples of (3) tokens, 7 in all, 7 classes"));
    });

    [Test]
    public void Parts_and_batches_keep_tokens_and_labels_together()
    {
        var set = Numbered(20);
        foreach (var part in new[] { set.Take(6), set.Subset([4, 4, 19]), set.Where(row => row % 2 == 1), set.Split(0.7, 3).Test, set.Append(set.Take(3)) })
        {
            Assert.That((part.Vocabulary, part.Classes, part.LabelShape, part.ItemShape), Is.EqualTo((7, 7, Shape.Of(2), Shape.Of(3))));
            for (var row = 0; row < part.Count; row++)
                Check(part.TokensOf(row), part.LabelsOf(row));
        }
        var seen = 0;
        foreach (var batch in set.Batches(new BatchPlan(8) { Seed = 1 }))
        {
            Assert.That((batch.InputsShape, batch.TargetsShape), Is.EqualTo((Shape.Of(batch.Count, 3), Shape.Of(batch.Count, 2))));
            Assert.That((batch.Inputs.Length, batch.InputFeed().Kind), Is.EqualTo((0, ElementKind.Int)));
            foreach (var each in new[] { batch, batch.Copy() })
                for (var row = 0; row < each.Count; row++)
                    Check(each.Tokens.Span.Slice(row * 3, 3), each.Labels.Span.Slice(row * 2, 2));
            seen += batch.Count;
        }
        Assert.That(seen, Is.EqualTo(20));

        static void Check(ReadOnlySpan<int> tokens, ReadOnlySpan<int> labels)
        {
            Assert.That(tokens.ToArray(), Is.EqualTo(new[] { tokens[0], (tokens[0] + 1) % 7, (tokens[0] + 2) % 7 }));
            Assert.That(labels.ToArray(), Is.EqualTo(new[] { tokens[0], 2 * tokens[0] % 7 }));
        }
    }

    [Test]
    public void A_trainer_learns_from_tokens_step_by_step()
    {
        using var device = Device.On(new HostRoute(1));
        var corpus = new TextCorpus(string.Concat(Enumerable.Repeat("abcd", 100)));
        var set = corpus.Windows(batch: 4, steps: 9);
        var trainer = new Trainer(device, new Bigrams(corpus.Vocabulary.Count), Loss.SoftmaxCrossEntropy, new Adam(0.1f)) { Metrics = [new Accuracy(), new SequenceAccuracy()] };
        // a table of zeros: every token is as probable
        Assert.That(trainer.Evaluate(set).Loss, Is.EqualTo(Math.Log(8)).Within(1e-5));
        trainer.Fit(set, set, epochs: 10, batch: 8);
        var scored = trainer.Evaluate(set);
        Assert.That((scored.Accuracy, scored["sequence accuracy"]), Is.EqualTo((1.0, 1.0)));
        Assert.That(trainer.Predict(set), Has.Length.EqualTo(set.Count * 9 * 8));
    }

    [Test]
    public void Padding_changes_no_loss_and_no_score()
    {
        using var device = Device.On(new HostRoute(1));
        int[][] texts = [[4, 5, 6, 2], [6, 2], [5, 4, 2]], labels = [[5, 6, 2, 2], [2, 4], [4, 2, 5]];
        var loss = Loss.SoftmaxCrossEntropy with { Ignored = Vocabulary.Pad };
        var trainer = new Trainer(device, new Bigrams(7, Inits.Normal(1)), loss, new Sgd(0.1f)) { Metrics = [.. loss.Metrics, new SequenceAccuracy { Ignored = Vocabulary.Pad }] };
        var tight = trainer.Evaluate(Padded(4));
        foreach (var steps in new[] { 5, 9 })
        {
            var wide = trainer.Evaluate(Padded(steps));
            Assert.That((wide.Loss, wide.Accuracy), Is.EqualTo((tight.Loss, tight.Accuracy)).Within(1e-6));
            Assert.That(wide["sequence accuracy"], Is.EqualTo(tight["sequence accuracy"]));
        }
        var nothing = DataSet.OfTokens([4, 5], [2], 7).Labelled([Vocabulary.Pad, Vocabulary.Pad], 7, [2]);
        Assert.That(trainer.Evaluate(nothing).Loss, Is.Zero);

        DataSet Padded(int steps) => DataSet.OfTokens(PaddedSequences.OfTokens(texts, steps), [steps], 7).Labelled(PaddedSequences.OfTokens(labels, steps), 7, [steps]);
    }

    private static void Refuses(Action action, params string[] says)
    {
        var message = Assert.Throws<InvalidDataException>(() => action())!.Message;
        foreach (var words in says)
            Assert.That(message, Does.Contain(words));
    }

    /// <summary>The logits of the next token are a row of a table.</summary>
    private sealed class Bigrams : Layer
    {
        private readonly Parameter table;

        public Bigrams(int tokens, Init? init = null) => table = Own("table", [tokens, tokens], init ?? Inits.Zeros);

        public override Tensor Forward(Tensor x) => table.Gather(x);
    }
}
