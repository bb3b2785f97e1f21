using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Attention as layers: additive, multiplicative, of several heads; positions, and blocks.</summary>
[Notes("10", "Attention in neural networks")]
public sealed class AttentionLayerTests
{
    private static float[] Numbers(int count, float from = 1) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(from + 1.7f * i * i))];

    private static float[][] Run(Func<Graph, Tensor[]> build, params float[][] feeds)
    {
        var results = Devices.Host().Compile(build, Checks.PoisonedArena).Run([.. feeds.Select(values => (Feed)values)]);
        return [.. Enumerable.Range(0, results.Count).Select(i => results[i].ToArray())];
    }

    private static double[] Wide(float[] x) => [.. x.Select(v => (double)v)];

    // e[j] = v . tanh(W q + U k[j] + b), in doubles
    [Test]
    public void Additive_attention_is_its_formula()
    {
        var layer = new AdditiveAttention(2, 3, 4);
        float[] q = Numbers(2 * 2), k = Numbers(2 * 5 * 3, 2);
        var results = Run(graph =>
        {
            var (context, weights) = layer.Attend(graph.Input("q", [2, 2]), graph.Input("k", [2, 5, 3]));
            return [context, weights];
        }, q, k);
        var (w, b, u, v) = (layer.Parameters[0].ToArray(), layer.Parameters[1].ToArray(), layer.Parameters[2].ToArray(), layer.Parameters[3].ToArray());
        for (var n = 0; n < 2; n++)
        {
            double Score(int j) => Enumerable.Range(0, 4).Sum(h => v[h] * Math.Tanh(
                b[h] + Enumerable.Range(0, 2).Sum(c => q[n * 2 + c] * w[c * 4 + h]) + Enumerable.Range(0, 3).Sum(c => k[(n * 5 + j) * 3 + c] * u[c * 4 + h])));
            var a = Reference.Softmax([.. Enumerable.Range(0, 5).Select(Score)], 5);
            Assert.That(results[1][(n * 5)..(n * 5 + 5)], Is.EqualTo(a).Within(1e-5));
            Assert.That(results[0][(n * 3)..(n * 3 + 3)], Is.EqualTo(Enumerable.Range(0, 3).Select(c => Enumerable.Range(0, 5).Sum(j => a[j] * k[(n * 5 + j) * 3 + c]))).Within(1e-5));
        }
    }

    // e[j] = v . tanh(W q + U k[j] + b + F (a'[j - 2], ..., a'[j + 2])), in doubles
    [Test]
    public void With_a_reach_it_sees_where_it_looked_last()
    {
        var layer = new AdditiveAttention(2, 3, 4, reach: 2);
        float[] q = Numbers(2), k = Numbers(5 * 3, 2), before = [0.1f, 0.2f, 0.4f, 0.3f, 0];
        var weights = Run(graph =>
        {
            var (queries, keys) = (graph.Input("q", [1, 1, 2]), graph.Input("k", [1, 5, 3]));
            return [layer.Attend(queries, keys, before: graph.Input("a", [1, 5])).Weights, layer.Attend(queries, keys).Weights];
        }, q, k, before);
        var (w, b, u, v, f) = (layer.Parameters[0].ToArray(), layer.Parameters[1].ToArray(), layer.Parameters[2].ToArray(), layer.Parameters[3].ToArray(), layer.Parameters[4].ToArray());
        double Score(int j, float[] last) => Enumerable.Range(0, 4).Sum(h => v[h] * Math.Tanh(
            b[h] + Enumerable.Range(0, 2).Sum(c => q[c] * w[c * 4 + h]) + Enumerable.Range(0, 3).Sum(c => k[j * 3 + c] * u[c * 4 + h])
            + Enumerable.Range(0, 5).Where(o => j + o - 2 is >= 0 and < 5).Sum(o => last[j + o - 2] * f[o * 4 + h])));
        Assert.That(weights[0], Is.EqualTo(Reference.Softmax([.. Enumerable.Range(0, 5).Select(j => Score(j, before))], 5)).Within(1e-5));
        Assert.That(weights[1], Is.EqualTo(Reference.Softmax([.. Enumerable.Range(0, 5).Select(j => Score(j, new float[5]))], 5)).Within(1e-5), "nowhere");
        Assert.That(() => new AdditiveAttention(2, 3, 4, reach: -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 or more places"));
        Assert.That(() => Run(graph => [new AdditiveAttention(2, 3, 4).Attend(graph.Input("q", [1, 1, 2]), graph.Input("k", [1, 5, 3]), before: graph.Input("a", [1, 5])).Context], q, k, before),
            Throws.TypeOf<ShapeException>().With.Message.Contains("needs a reach, one query"));
    }

    [Test]
    public void Multiplicative_attention_is_its_formula([Values("dot", "scaled", "general")] string form)
    {
        var layer = form switch { "dot" => DotAttention.Plain(3), "scaled" => DotAttention.Scaled(3), _ => DotAttention.General(2, 3) };
        var width = form == "general" ? 2 : 3;
        float[] q = Numbers(2 * 4 * width), k = Numbers(2 * 5 * 3, 2);
        var results = Run(graph =>
        {
            var (context, weights) = layer.Attend(graph.Input("q", [2, 4, width]), graph.Input("k", [2, 5, 3]));
            return [context, weights];
        }, q, k);
        var queries = Wide(q);
        if (form == "general")
            queries = [.. queries.Chunk(2).SelectMany(row => Enumerable.Range(0, 3).Select(c => row[0] * layer.Parameters[0].ToArray()[c] + row[1] * layer.Parameters[0].ToArray()[3 + c]))];
        var at = new Reference.AttentionSizes(2, 1, 4, 5, 3, 3) { Scale = form == "scaled" ? 1 / Math.Sqrt(3) : 1 };
        Assert.That(results[0], Is.EqualTo(Reference.Attention(at, queries, Wide(k), Wide(k))).Within(1e-5));
        Assert.That(results[1], Is.EqualTo(Reference.AttentionWeights(at, queries, Wide(k), null)).Within(1e-5));
    }

    [Test]
    public void Padding_has_no_weight_and_its_content_does_not_matter()
    {
        Layer[] layers = [new AdditiveAttention(3, 3, 4), DotAttention.Scaled(3)];
        foreach (var layer in layers)
        {
            float[][] Of(float pad)
            {
                var x = Numbers(2 * 4 * 3);
                x.AsSpan(4 * 3 + 2 * 3).Fill(pad);
                var results = Devices.Host().Compile(graph =>
                {
                    var (keys, lengths) = (graph.Input("x", [2, 4, 3]), graph.Labels("lengths", [2]));
                    var (context, weights) = layer is AdditiveAttention additive ? additive.Attend(keys, keys, lengths) : ((DotAttention)layer).Attend(keys, keys, lengths);
                    return [context, weights];
                }).Run(x, new[] { 4, 2 });
                return [results[0].ToArray()[..(4 * 3 + 2 * 3)], results[1].ToArray()];
            }
            var some = Of(1);
            Assert.That(Of(50)[0], Is.EqualTo(some[0]));
            Assert.That(some[1][(16 + 2)..(16 + 4)], Is.All.Zero);
            Assert.That(some[1][16] + some[1][17], Is.EqualTo(1).Within(1e-6));
        }
    }

    [Test]
    public void Permuted_tokens_give_permuted_results_without_positions()
    {
        var block = new TransformerEncoderBlock(8, 2, 12);
        int[] order = [2, 0, 3, 1];
        var x = Numbers(4 * 8);
        float[] permuted = [.. order.SelectMany(step => x[(step * 8)..(step * 8 + 8)])];
        float[] Of(Layer layer, float[] from) => LayerRun.Of(layer, [1, 4, 8], from);
        var y = Of(block, x);
        float[] expected = [.. order.SelectMany(step => y[(step * 8)..(step * 8 + 8)])];
        Assert.That(Of(block, permuted), Is.EqualTo(expected).Within(1e-5));
        var placed = new Sequential(new PositionalEncoding(4, 8), block);
        Assert.That(Of(placed, permuted), Is.Not.EqualTo((float[])[.. order.SelectMany(step => Of(placed, x)[(step * 8)..(step * 8 + 8)])]).Within(1e-2), "with them it does not");
    }

    [Test]
    public void A_causal_block_does_not_see_the_future([Values] NormPlace place)
    {
        var stack = new TransformerEncoder(2, 8, 2, causal: true, place: place);
        var now = Numbers(6 * 8);
        float[] then = [.. now.Select((v, i) => i < 4 * 8 ? v : -3 * v)];
        var (y, z) = (LayerRun.Of(stack, [1, 6, 8], now), LayerRun.Of(stack, [1, 6, 8], then));
        Assert.That(z[..(4 * 8)], Is.EqualTo(y[..(4 * 8)]));
        Assert.That(z[^1], Is.Not.EqualTo(y[^1]));
    }

    [Test]
    public void Heads_are_those_of_the_weights_that_a_picture_shows()
    {
        var layer = new MultiHeadAttention(6, 3, causal: true);
        var results = Run(graph =>
        {
            var x = graph.Input("x", [2, 4, 6]);
            return [layer.Apply(x), layer.Weights(x)];
        }, Numbers(2 * 4 * 6));
        var p = results[1];
        Assert.That(p, Has.Length.EqualTo(2 * 3 * 4 * 4));
        for (var row = 0; row < 2 * 3 * 4; row++)
        {
            Assert.That(p[(row * 4)..(row * 4 + 4)].Sum(), Is.EqualTo(1).Within(1e-5));
            Assert.That(p[(row * 4 + row % 4 + 1)..(row * 4 + 4)], Is.All.Zero);
        }
    }

    [Test]
    public void A_decoder_block_reads_its_memory_up_to_its_length()
    {
        var block = new TransformerDecoderBlock(8, 2, memoryWidth: 6);
        float[] Of(float[] memory, int length) => Devices.Host().Compile(graph =>
            block.Forward(graph.Input("x", [1, 3, 8]), graph.Input("memory", [1, 5, 6]), graph.Labels("lengths", [1])))
            .Run(Numbers(3 * 8), memory, new[] { length })[0].ToArray();
        var memory = Numbers(5 * 6, 3);
        float[] other = [.. memory.Select((v, i) => i < 3 * 6 ? v : v + 5)];
        Assert.That(Of(other, 3), Is.EqualTo(Of(memory, 3)));
        Assert.That(Of(other, 4), Is.Not.EqualTo(Of(memory, 4)));
    }

    [Test]
    public void Positions_are_waves_and_end_with_the_table()
    {
        var y = LayerRun.Of(new PositionalEncoding(7, 6), [1, 5, 6], new float[5 * 6]);
        for (var t = 0; t < 5; t++)
            for (var c = 0; c < 6; c++)
            {
                var angle = t / Math.Pow(10_000, c / 2 * 2 / 6.0);
                Assert.That(y[t * 6 + c], Is.EqualTo(c % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle)).Within(1e-6));
            }
        Assert.That(() => LayerRun.Of(new PositionalEncoding(4, 6), [1, 5, 6], new float[5 * 6]),
            Throws.TypeOf<ShapeException>().With.Message.Contains("at most 4 steps"));
        Assert.That(() => LayerRun.Of(new LearnedPositions(4, 5), [1, 4, 6], new float[4 * 6]), Throws.TypeOf<ShapeException>());
    }

    [Test]
    public void Bad_settings_are_refused()
    {
        Assert.That(() => new MultiHeadAttention(6, 4), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("4 heads and a width of 6"));
        Assert.That(() => Run(graph => [new MultiHeadAttention(6, 3, memoryWidth: 6).Apply(graph.Input("x", [1, 2, 6]))], new float[12]),
            Throws.TypeOf<ShapeException>().With.Message.Contains("got none"));
        Assert.That(() => Run(graph => [DotAttention.Plain(3).Attend(graph.Input("q", [2, 3]), graph.Input("k", [3, 2, 3])).Context], new float[6], new float[18]),
            Throws.TypeOf<ShapeException>().With.Message.Contains("same batch"));
    }
}
