using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Tokens as rows of a table, and the way back with the same table.</summary>
[Notes("16.1.2", "Encoding the outputs")]
public sealed class EmbeddingTests
{
    [Test]
    public void Rows_that_come_again_add_their_gradients()
    {
        var layer = new Embedding(4, 3);
        var results = Devices.Host().Compile(graph =>
        {
            var y = layer.Apply(graph.Labels("tokens", [2, 3]));
            return [y, graph.Gradients(y, [layer.Table], graph.Input("r", [2, 3, 3]))[0]];
        }, Checks.PoisonedArena).Run(Feed.Of("tokens", new[] { 1, 3, 1, 0, 1, 3 }, [2, 3]), Feed.Of("r", Enumerable.Range(0, 18).Select(i => (float)i).ToArray()));
        var table = layer.Table.ToArray();
        Assert.That(results[0].ToArray(), Is.EqualTo(new[] { 1, 3, 1, 0, 1, 3 }.SelectMany(token => table[(3 * token)..(3 * token + 3)])));
        Assert.That(results[1].ToArray(), Is.EqualTo(new float[] { 9, 10, 11, 0 + 6 + 12, 1 + 7 + 13, 2 + 8 + 14, 0, 0, 0, 3 + 15, 4 + 16, 5 + 17 }));
    }

    [Test]
    public void A_token_outside_is_refused_when_it_is_fed([Values(-1, 4)] int token)
    {
        var layer = new Embedding(4, 3);
        var function = Devices.Host().Compile(graph => layer.Apply(graph.Labels("tokens", [1, 2])));
        Assert.That(() => function.Run(new[] { 0, token }), Throws.Exception.With.Message.Contains("tokens").And.Message.Contains($"{token}"));
    }

    [Test]
    public void The_tied_way_back_has_the_same_table_once()
    {
        var embedding = new Embedding(5, 3);
        var back = new TiedSoftmax(embedding);
        var model = new Sequential(embedding, back);
        Assert.That(model.ParameterCount, Is.EqualTo(5 * 3 + 5));
        var results = Devices.Host().Compile(graph =>
        {
            var y = model.Apply(graph.Labels("tokens", [1, 2]));
            return [y, graph.Gradients(y.Sum(), [embedding.Table])[0]];
        }, Checks.PoisonedArena).Run(new[] { 2, 4 });
        var table = embedding.Table.ToArray();
        double Dot(int a, int b) => Enumerable.Range(0, 3).Sum(c => (double)table[3 * a + c] * table[3 * b + c]);
        Assert.That(results[0].ToArray(), Is.EqualTo(new[] { 2, 4 }.SelectMany(token => Enumerable.Range(0, 5).Select(other => Dot(token, other)))).Within(1e-6));
        // by the rows as outputs: the two inputs' sum; by the two inputs' rows besides: the sum of all rows
        for (var token = 0; token < 5; token++)
            for (var c = 0; c < 3; c++)
                Assert.That(results[1].ToArray()[3 * token + c], Is.EqualTo(
                    table[6 + c] + table[12 + c] + (token is 2 or 4 ? Enumerable.Range(0, 5).Sum(row => table[3 * row + c]) : 0)).Within(1e-5));
    }
}
