using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Decoders on a toy model, whose best text is found by looking at all of them.</summary>
public sealed class DecoderTests
{
    private const int End = 2;
    private const int Longest = 4;

    /// <summary>Log-probabilities of three tokens, the last of which ends, by all tokens before: the state is their number to the base 4.</summary>
    private static NextToken Toy(ulong seed) => (tokens, states) =>
    {
        float[][] after = [.. states.Select((state, at) => new[] { 4 * state[0] + tokens[at] })];
        return new DecodingStep([.. after.Select(state => Row(seed, (ulong)state[0]))], after);
    };

    private static float[] Row(ulong seed, ulong state)
    {
        double[] logits = [.. Enumerable.Range(0, 3).Select(token => 3 * Streams.Uniform(Streams.Key(seed, state), (ulong)token))];
        var norm = Math.Log(logits.Sum(Math.Exp));
        return [.. logits.Select(logit => (float)(logit - norm))];
    }

    /// <summary>Every text that there is, with its score.</summary>
    private static IEnumerable<Decoded> All(NextToken next, int[] tokens, double sum, float[] state)
    {
        var step = next([tokens.Length == 0 ? Vocabulary.Start : tokens[^1]], [state]);
        for (var token = 0; token < step.LogProbabilities[0].Length; token++)
        {
            var log = sum + step.LogProbabilities[0][token];
            if (token == End)
                yield return new Decoded(tokens, log, Ended: true);
            else if (tokens.Length + 1 == Longest)
                yield return new Decoded([.. tokens, token], log, Ended: false);
            else
                foreach (var text in All(next, [.. tokens, token], log, step.States[0]))
                    yield return text;
        }
    }

    [Test]
    public void A_beam_as_wide_as_all_texts_finds_the_best([Values(0.0, 0.7, 1.0)] double exponent, [Range(0, 9)] int seed)
    {
        var toy = Toy((ulong)seed);
        var all = All(toy, [], 0, [0]).ToArray();
        Assert.That(all, Has.Length.EqualTo(31), "1 + 2 + 4 + 8 that end, 16 that do not");
        Assert.That(all.Sum(text => Math.Exp(text.LogProbability)), Is.EqualTo(1).Within(1e-5));
        var best = all.MaxBy(text => text.LogProbability / Math.Pow(text.Length, exponent))!;
        var found = new BeamDecoder(Longest, width: 31) { LengthExponent = exponent }.Decode(toy, [0]);
        Assert.That((found.Tokens, found.Ended), Is.EqualTo((best.Tokens, best.Ended)));
        Assert.That(found.LogProbability, Is.EqualTo(best.LogProbability).Within(1e-6));
    }

    [Test]
    public void A_beam_of_one_is_greedy([Range(0, 9)] int seed)
    {
        float[][] sources = [[0], [100], [200], [300]];
        var toy = Toy((ulong)seed);
        var greedy = new GreedyDecoder(6).Decode(toy, sources);
        var beam = new BeamDecoder(6, width: 1).Decode(toy, sources);
        for (var text = 0; text < sources.Length; text++)
        {
            Same(beam[text], greedy[text]);
            Same(new GreedyDecoder(6).Decode(toy, sources[text]), greedy[text]);
            Same(new SamplingDecoder(6) { Top = 1 }.Decode(toy, sources[text]), greedy[text]);
            Same(new SamplingDecoder(6) { Temperature = 1e-4 }.Decode(toy, sources[text]), greedy[text]);
        }
    }

    [Test]
    public void A_beam_finds_what_greed_misses()
    {
        // the better first token leads to two even ways, the other to a certain one: 0.6 x 0.5 against 0.4
        NextToken trap = (tokens, states) => new DecodingStep([.. tokens.Select((token, at) => Logs(states[at][0] == 0 ? [0.6, 0.4, 0] : states[at][0] == 1
            ? token == 0 ? [0.5, 0.5, 0] : [0, 1, 0] : [0, 0, 1]))], [.. states.Select(state => new[] { state[0] + 1 })]);
        Assert.That(new GreedyDecoder(5).Decode(trap, [0]).Tokens, Is.EqualTo(new[] { 0, 0 }));
        var found = new BeamDecoder(5, width: 2).Decode(trap, [0]);
        Assert.That((found.Tokens, found.Ended), Is.EqualTo((new[] { 1, 1 }, true)));
        Assert.That(found.LogProbability, Is.EqualTo(Math.Log(0.4)).Within(1e-6));

        static float[] Logs(double[] p) => [.. p.Select(each => (float)Math.Log(each))];
    }

    [Test]
    public void Every_text_stops_at_its_end_or_at_the_greatest_length()
    {
        NextToken never = (tokens, states) => new DecodingStep([.. tokens.Select(_ => new[] { -1f, -0.5f, float.NegativeInfinity })], states);
        NextToken atOnce = (tokens, states) => new DecodingStep([.. tokens.Select(_ => new[] { -5f, -5f, -0.01f })], states);
        foreach (var decoder in new Decoder[] { new GreedyDecoder(7), new SamplingDecoder(7), new BeamDecoder(7, 3) { LengthExponent = 1 }, new BeamDecoder(7, 50) })
        {
            var endless = decoder.Decode(never, [0]);
            Assert.That((endless.Tokens.Length, endless.Ended), Is.EqualTo((7, false)), decoder.GetType().Name);
            if (decoder is SamplingDecoder)
                continue;
            var empty = decoder.Decode(atOnce, [0]);
            Assert.That((empty.Tokens.Length, empty.Length, empty.Ended), Is.EqualTo((0, 1, true)), decoder.GetType().Name);
        }
    }

    [Test]
    public void Nothing_is_asked_of_the_model_for_texts_that_are_over()
    {
        var asked = new List<int>();
        // text k ends after k tokens
        NextToken next = (tokens, states) =>
        {
            asked.Add(tokens.Count);
            return new DecodingStep([.. states.Select(state => state[0] > 0 ? new[] { 0f, -9, -9 } : [-9, -9, 0f])], [.. states.Select(state => new[] { state[0] - 1 })]);
        };
        Assert.That(new GreedyDecoder(9).Decode(next, [[2f], [0f], [1f]]).Select(text => text.Tokens.Length), Is.EqualTo(new[] { 2, 0, 1 }));
        Assert.That(asked, Is.EqualTo(new[] { 3, 2, 1 }));
        Assert.That(new GreedyDecoder(9).Decode(next, Array.Empty<float[]>()), Is.Empty);
        Assert.That(new BeamDecoder(9, 2).Decode(next, Array.Empty<float[]>()), Is.Empty);
    }

    [Test]
    public void A_beam_wider_than_the_vocabulary_takes_all_there_are() =>
        Assert.That(new BeamDecoder(1, width: 1000).Decode(Toy(3), [0]).LogProbability, Is.EqualTo(Row(3, Vocabulary.Start).Max()).Within(1e-6));

    [Test]
    public void A_model_that_forbids_all_leaves_what_was_written()
    {
        NextToken forbids = (tokens, states) => new DecodingStep(
            [.. states.Select(state => state[0] < 2 ? new[] { -0.1f, -3, float.NegativeInfinity } : [float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity])],
            [.. states.Select(state => new[] { state[0] + 1 })]);
        var text = new BeamDecoder(5, 2).Decode(forbids, [0]);
        Assert.That((text.Tokens, text.Ended), Is.EqualTo((new[] { 0, 0 }, false)));
    }

    [Test]
    public void Draws_have_their_probabilities()
    {
        const int Draws = 20_000;
        float[] logs = [MathF.Log(0.5f), MathF.Log(0.3f), MathF.Log(0.2f)];
        NextToken fixedly = (tokens, states) => new DecodingStep([.. tokens.Select(_ => logs)], states);
        var states = Enumerable.Repeat(new float[1], Draws).ToArray();
        foreach (var (temperature, top, expected) in new[]
        {
            (1.0, 3, new[] { 0.5, 0.3, 0.2 }), (0.5, 3, [0.25 / 0.38, 0.09 / 0.38, 0.04 / 0.38]), (1.0, 2, [0.625, 0.375, 0]), (2.0, 1, [1, 0, 0]),
        })
        {
            var drawn = new SamplingDecoder(1, seed: 4) { Temperature = temperature, Top = top, End = 99 }.Decode(fixedly, states);
            for (var token = 0; token < 3; token++)
                Assert.That(drawn.Count(text => text.Tokens[0] == token) / (double)Draws, Is.EqualTo(expected[token]).Within(4 * Math.Sqrt(0.25 / Draws)));
        }
        var texts = new SamplingDecoder(5, seed: 1).Decode(Toy(1), states[..50]);
        Assert.That(new SamplingDecoder(5, seed: 1).Decode(Toy(1), states[..20]).Select(text => text.Tokens), Is.EqualTo(texts.Take(20).Select(text => text.Tokens)));
        Assert.That(new SamplingDecoder(5, seed: 2).Decode(Toy(1), states[..50]).Select(text => text.Tokens), Is.Not.EqualTo(texts.Select(text => text.Tokens)));
    }

    [Test]
    public void Wrong_settings_and_models_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new GreedyDecoder(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("room for at least one token"));
        Assert.That(() => new BeamDecoder(5, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("width is 0"));
        Assert.That(() => new BeamDecoder(5, 2) { LengthExponent = -1 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new SamplingDecoder(5) { Temperature = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("GreedyDecoder"));
        Assert.That(() => new SamplingDecoder(5) { Top = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        foreach (var bad in new[] { float.NaN, 0.5f })
            Assert.That(() => new GreedyDecoder(5).Decode((_, states) => new DecodingStep([[-1, bad, -1]], states), [0]),
                Throws.TypeOf<InvalidDataException>().With.Message.Contains("token 1").And.Message.Contains("LogSoftmax"));
        Assert.That(() => new GreedyDecoder(5).Decode((_, states) => new DecodingStep([], states), [0]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("each of 1 texts"));
    });

    private static void Same(Decoded text, Decoded other)
    {
        Assert.That((text.Tokens, text.Ended), Is.EqualTo((other.Tokens, other.Ended)));
        Assert.That(text.LogProbability, Is.EqualTo(other.LogProbability).Within(1e-6));
    }
}
