using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>A recurrent model of text: what it says token by token is what it says of the whole text, and it learns a grammar's entropy.</summary>
[Notes("15.2.1", "Introduction")]
public sealed class RecurrentLanguageModelTests
{
    [Test]
    public void Token_by_token_it_says_what_it_says_of_the_whole_text()
    {
        var model = new RecurrentLanguageModel(5, 3, new Lstm(3, 4, layers: 2));
        using var device = Device.On(new HostRoute(1));
        int[] tokens = [1, 4, 0, 2];
        var whole = device.Compile(graph => model.Apply(graph.Labels("x", [1, 4], 5)).LogSoftmax()).Run(Feed.Of("x", tokens, [1, 4]))[0].ToArray();
        var next = model.Next(device);
        var state = new float[model.StateSize];
        for (var step = 0; step < tokens.Length; step++)
        {
            var said = next([tokens[step]], [state]);
            state = said.States[0];
            Assert.That(said.LogProbabilities[0], Is.EqualTo(whole[(step * 5)..(step * 5 + 5)]).Within(1e-6), $"step {step}");
        }
    }

    [Test]
    public void A_text_may_be_continued_beside_others()
    {
        var model = new RecurrentLanguageModel(5, 3, new Gru(3, 4));
        using var device = Device.On(new HostRoute(1));
        var next = model.Next(device);
        float[][] states = [.. Enumerable.Range(0, 3).Select(row => Enumerable.Range(0, model.StateSize).Select(i => MathF.Sin(row + i)).ToArray())];
        var together = next([1, 2, 3], states);
        for (var row = 0; row < 3; row++)
            Assert.That(next([row + 1], [states[row]]).LogProbabilities[0], Is.EqualTo(together.LogProbabilities[row]).Within(1e-6));
    }

    [Test]
    public void A_memory_that_sees_the_future_is_refused() => Assert.That(
        () => new RecurrentLanguageModel(5, 3, new Lstm(3, 4, bidirectional: true)), Throws.ArgumentException.With.Message.Contains("knows the next token already"));

    [Test]
    public void The_grammars_text_has_the_entropy_of_its_choices()
    {
        var (text, entropy) = GrammarText.Draw(20_000, seed: 3);
        Assert.That(GrammarText.Draw(20_000, seed: 3), Is.EqualTo((text, entropy)));
        Assert.That(GrammarText.Draw(20_000, seed: 4).Text, Is.Not.EqualTo(text));
        // What is read back from the text: the choices of every sentence, each word one of so many.
        var nats = 0.0;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.TrimEnd('.').Split(' ');
            var parts = words.Count(word => word == "the");
            var adjectives = words.Length - 2 * parts - 1 - (parts == 3 ? 1 : 0);
            nats += 3 * Math.Log(2) + adjectives * Math.Log(8) + parts * Math.Log(12) + Math.Log(8) + (parts == 3 ? Math.Log(4) : 0);
        }
        Assert.That(entropy, Is.EqualTo(nats / text.Length).Within(1e-9));
    }
}
