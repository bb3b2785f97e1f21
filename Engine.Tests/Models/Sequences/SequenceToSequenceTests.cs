using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Encoder and decoder: padding, teaching and running freely, decoders of every kind, and that they learn to write backwards.</summary>
[TestFixture(DecoderAttention.None, ReadingOrder.Forwards), TestFixture(DecoderAttention.None, ReadingOrder.Backwards)]
[TestFixture(DecoderAttention.General, ReadingOrder.Forwards), TestFixture(DecoderAttention.Additive, ReadingOrder.Both)]
[TestFixture(DecoderAttention.Location, ReadingOrder.Both)]
[Notes("16.1.1", "Recurrent neural network encoders"), Notes("16.1.2", "Recurrent neural network decoders"), Notes("16.1.2", "Introduction")]
[Notes("16", "Recurrent neural network encoders and decoders"), Notes("16.1", "Recurrent neural network encoders and decoders")]
public sealed class SequenceToSequenceTests(DecoderAttention attention, ReadingOrder reads)
{
    private const int Tokens = 7;
    private const int Steps = 5;

    private static readonly int[] sources = [4, 5, 6, 2, 0, 5, 2, 0, 0, 0, 6, 6, 5, 4, 2, 0, 0, 0, 0, 0];

    private Device device = null!;
    private SequenceToSequence model = null!;

    [SetUp]
    public void Open()
    {
        device = Device.On(new HostRoute(1));
        device.Parameters.Seed = 3;
        model = new SequenceToSequence(Tokens, Tokens, width: 6, units: 5, targetSteps: Steps, attention, reads);
    }

    [TearDown]
    public void Close() => device.Dispose();

    [Test]
    public void Padding_behind_the_end_changes_no_bit()
    {
        var write = device.Compile(graph => model.Apply(graph.Input("source")));
        var tight = write.Run(Feed.Of("source", sources, [4, Steps]))[0].ToArray();
        int[] wider = [.. sources.Chunk(Steps).SelectMany(row => row.Concat([0, 0, 0]))];
        Assert.That(write.Run(Feed.Of("source", wider, [4, Steps + 3]))[0].ToArray(), Is.EqualTo(tight).And.All.Matches<float>(float.IsFinite), "an empty source too");
        // row by row the same as in a batch
        for (var row = 0; row < 4; row++)
            Assert.That(write.Run(Feed.Of("source", sources.AsMemory(row * Steps, Steps), [1, Steps]))[0].ToArray(),
                Is.EqualTo(tight[(row * Steps * Tokens)..((row + 1) * Steps * Tokens)]).Within(1e-6));
    }

    [Test]
    public void Taught_its_own_words_it_says_the_same()
    {
        var source = Feed.Of("source", sources, [4, Steps]);
        var free = device.Compile(graph => model.Apply(graph.Input("source"))).Run(source)[0].ToArray();
        int[] said = [.. free.Chunk(Tokens).Select(row => Array.IndexOf(row, row.Max()))];
        foreach (var share in new[] { 1f, 0.5f, 0 })
        {
            var taught = device.Compile(graph => model.Teach(graph.Input("source"), graph.Labels("target"), share)).Run(source, Feed.Of("target", said, [4, Steps]));
            Assert.That(taught[0].ToArray(), Is.EqualTo(free).Within(1e-5));
        }
    }

    [Test]
    public void A_step_at_a_time_is_the_whole()
    {
        var source = Feed.Of("source", sources, [4, Steps]);
        var results = device.Compile(graph =>
        {
            var x = graph.Input("source");
            var code = model.Encode(x);
            var (first, state) = model.Step(code, graph.Labels("start", [4, 1]), code.State);
            return [model.Apply(x).Slice(1, 0, 2), Slicing.Concatenate(1, first, model.Step(code, first.ArgMax(), state).Logits)];
        }).Run(source, Feed.Of("start", new[] { Vocabulary.Start, Vocabulary.Start, Vocabulary.Start, Vocabulary.Start }, [4, 1]));
        Assert.That(results[1].ToArray(), Is.EqualTo(results[0].ToArray()).Within(1e-6));
    }

    [Test]
    public void Greed_writes_what_the_model_writes_and_a_beam_of_one_too()
    {
        var free = device.Compile(graph => model.Apply(graph.Input("source")).LogSoftmax(), training: false).Run(Feed.Of("source", sources, [4, Steps]))[0].ToArray();
        var translator = new Translator(device, model);
        var states = translator.Encode(sources, Steps);
        var greedy = new GreedyDecoder(Steps).Decode(translator.Next, states);
        var beam = new BeamDecoder(Steps, width: 1).Decode(translator.Next, states);
        for (var row = 0; row < 4; row++)
        {
            var rows = free.Chunk(Tokens).Skip(row * Steps).Take(Steps).ToArray();
            int[] said = [.. rows.Select(each => Array.IndexOf(each, each.Max()))];
            var end = Array.IndexOf(said, Vocabulary.End);
            Assert.That((greedy[row].Tokens, greedy[row].Ended), Is.EqualTo((end < 0 ? said : said[..end], end >= 0)));
            Assert.That(greedy[row].LogProbability, Is.EqualTo(rows.Take(greedy[row].Length).Sum(each => each.Max())).Within(1e-4));
            Assert.That(beam[row].Tokens, Is.EqualTo(greedy[row].Tokens));
        }
        // some texts are over before others, and the step is then asked for fewer
        var set = DataSet.OfTokens(sources, [Steps], Tokens);
        Assert.That(translator.Translate(set, new SamplingDecoder(Steps, seed: 5)).Select(text => text.Length), Has.All.InRange(1, Steps));
        Assert.That(translator.Translate(set, new BeamDecoder(Steps, 3)).Zip(greedy, (best, first) => best.LogProbability - first.LogProbability), Has.Some.AtLeast(-1e-4));
    }

    [Test]
    public void The_alignment_is_a_mixture_of_the_source()
    {
        Tensor Look(Graph graph) => model.Alignment(graph.Input("source"), Steps);
        var look = device.Compile(Look, training: false);
        if (attention == DecoderAttention.None)
        {
            Assert.That(() => look.Run(Feed.Of("source", sources, [4, Steps])), Throws.InvalidOperationException.With.Message.Contains("has no attention"));
            return;
        }
        var weights = look.Run(Feed.Of("source", sources, [4, Steps]))[0].ToArray().Chunk(Steps).ToArray();
        Assert.That(weights, Has.Length.EqualTo(4 * Steps));
        for (var row = 0; row < weights.Length; row++)
        {
            var length = sources.AsSpan(row / Steps * Steps, Steps).IndexOf(Vocabulary.Pad);
            Assert.That(weights[row].Take(length < 0 ? Steps : length).Sum(), Is.EqualTo(length == 0 ? 0 : 1).Within(1e-5), "nothing on padding");
        }
    }

    [Test]
    public void It_learns_to_write_backwards()
    {
        var (train, test) = ReversalTask.Draw(train: 600, test: 60, symbols: 3, longest: 3, room: Steps - 1);
        var loss = Loss.SoftmaxCrossEntropy with { Ignored = Vocabulary.Pad };
        var trainer = new Trainer(device, new SequenceToSequence(Tokens, Tokens, width: 12, units: 24, Steps, attention, reads), loss, new Adam(0.01f))
        {
            Seed = 1,
            Objective = new TeacherForcing(),
            Metrics = [.. loss.Metrics, new SequenceAccuracy { Ignored = Vocabulary.Pad }],
        };
        var before = trainer.Evaluate(train).Loss;
        trainer.Fit(train, epochs: 12, batch: 20);
        var after = trainer.Evaluate(train);
        TestContext.Out.WriteLine($"{after}; held out: {trainer.Evaluate(test)}");
        Assert.That(after.Loss, Is.LessThan(before / 4));
        Assert.That(after["sequence accuracy"], Is.AtLeast(0.8), "running freely");
    }

    [Test]
    public void Wrong_use_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new TeacherForcing { Share = 2 }, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("in [0, 1]"));
        Assert.That(() => new SequenceToSequence(Tokens, Tokens, 6, 5, targetSteps: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least one step"));
        var trainer = new Trainer(device, new Dense(3, 2), Loss.SoftmaxCrossEntropy, new Adam(0.01f)) { Objective = new TeacherForcing() };
        Assert.That(() => trainer.Fit(DataSet.WithLabels(new float[6], [3], [0, 1], 2)), Throws.ArgumentException.With.Message.Contains("Use SequenceToSequence"));
    });
}
