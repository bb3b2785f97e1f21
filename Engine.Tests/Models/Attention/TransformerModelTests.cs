using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Whole transformers learn, and know nothing of what comes later.</summary>
[Notes("10", "Attention in neural networks")]
public sealed class TransformerModelTests
{
    private const int Steps = 8;
    private const int Tokens = 6;

    // Each line goes on in its own way from the same tokens, so that only what stood before tells what comes next.
    private static readonly int[] lines = [0, 1, 2, 1, 3, 1, 2, 1, 4, 1, 3, 1, 2, 1, 3, 1];

    [Test]
    public void A_language_model_learns_lines_by_heart([Values(0, 0.1f)] float dropout)
    {
        var model = new TransformerLanguageModel(Tokens, Steps, depth: 2, width: 16, heads: 2, dropout);
        using var device = Device.On(new Kernels.HostRoute(2));
        var adam = new Adam(1e-2f);
        var train = device.Compile(graph =>
        {
            var loss = Loss.SoftmaxCrossEntropy.Of(Logits(model, graph), graph.Labels("next", [2 * (Steps - 1)], Tokens));
            graph.Minimise(loss, model.Parameters, adam);
            return loss;
        });
        int[] before = [.. lines.Where((_, i) => i % Steps < Steps - 1)];
        int[] next = [.. lines.Where((_, i) => i % Steps > 0)];
        var first = train.Run(Feed.Of("tokens", before, [2, Steps - 1]), Feed.Of("next", next, [next.Length]))[0].Scalar();
        Assert.That(first, Is.EqualTo(Math.Log(Tokens)).Within(0.3), "at first every token is as likely");
        for (var step = 0; step < 150; step++)
            train.Run();
        var use = device.Compile(graph => Logits(model, graph).ArgMax(), training: false);
        var said = use.Run(Feed.Of("tokens", before, [2, Steps - 1]))[0].ToIntArray();
        Assert.That(said, Is.EqualTo(next));
    }

    [Test]
    public void A_classifier_answers_at_the_last_step_and_shows_where_it_looks()
    {
        var model = new TransformerClassifier(Tokens, Steps, classes: 3, depth: 2, width: 8, heads: 2);
        var results = Devices.Host().Compile(graph =>
        {
            var x = graph.Labels("tokens", [2, 5], Tokens);
            return [model.Apply(x), .. model.Weights(x)];
        }).Run(Feed.Of("tokens", lines[..10], [2, 5]));
        Assert.That(results[0].Shape, Is.EqualTo(Shape.Of(2, 3)));
        Assert.That(results[1].Shape, Is.EqualTo(Shape.Of(2, 2, 5, 5)));
        Assert.That(results[2].ToArray().Sum(), Is.EqualTo(2 * 2 * 5).Within(1e-4), "each row of weights sums to 1");
    }

    [Test]
    public void Token_by_token_it_says_what_it_says_of_the_whole_text_as_far_as_it_reaches_back()
    {
        const int reach = 3;
        var model = new TransformerLanguageModel(5, reach, depth: 2, width: 8, heads: 2);
        using var device = Device.On(new Kernels.HostRoute(1));
        var whole = device.Compile(graph => model.Apply(graph.Labels("x", [1, reach], 5)).LogSoftmax());
        float[] Said(params int[] text) => whole.Run(Feed.Of("x", text, [1, reach]))[0].ToArray();
        var next = model.Next(device);
        int[] tokens = [1, 4, 0, 2];
        float[] state = [];
        foreach (var (token, step) in tokens.Select((token, step) => (token, step)))
        {
            var said = next([token], [state]);
            state = said.States[0];
            var wanted = step < reach ? Said(1, 4, 0)[(step * 5)..(step * 5 + 5)] : Said(4, 0, 2)[10..];
            Assert.That(said.LogProbabilities[0], Is.EqualTo(wanted).Within(1e-6), $"step {step}");
        }
    }

    private static Tensor Logits(TransformerLanguageModel model, Graph graph) =>
        model.Apply(graph.Labels("tokens", [2, Steps - 1], Tokens)).Reshape([2 * (Steps - 1), Tokens]);
}
