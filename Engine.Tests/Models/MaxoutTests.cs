namespace GpuNN.Tests;

/// <summary>Maxout: a unit is the greatest of its affine pieces, and the winning piece alone learns.</summary>
[Notes("6.1.2", "Maxout layer")]
public sealed class MaxoutTests
{
    private static float[] Numbers(int count, int seed) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(seed + 2.3f * i))];

    [Test]
    public void A_single_piece_is_linear()
    {
        var (maxout, dense) = (new Maxout(5, 3, pieces: 1), new Dense(5, 3));
        foreach (var (weight, bias) in new[] { (maxout.Weight, maxout.Bias), (dense.Weight, dense.Bias!) })
        {
            weight.Set(Numbers(15, 1));
            bias.Set(Numbers(3, 2));
        }
        Assert.That(LayerRun.Of(maxout, [4, 5], Numbers(20, 3)), Is.EqualTo(LayerRun.Of(dense, [4, 5], Numbers(20, 3))));
    }

    [Test]
    public void Two_pieces_make_ReLU_and_the_absolute_value()
    {
        float[] x = [-2, 0.5f, 3, -1];
        var layer = new Maxout(1, 2, pieces: 2);
        layer.Weight.Set([1, 1, /* the second pieces */ 0, -1]);
        layer.Bias.Set(new float[4]);
        Assert.That(LayerRun.Of(layer, [4, 1], x), Is.EqualTo(x.SelectMany(v => new[] { Math.Max(v, 0), Math.Abs(v) })));
    }

    [TestCase(2), TestCase(5)]
    public void Values_and_gradients_agree_with_double_precision(int pieces)
    {
        const int Batch = 4, Inputs = 3, Units = 6;
        var layer = new Maxout(Inputs, Units, pieces);
        layer.Weight.Set(Numbers(Inputs * pieces * Units, 1));
        layer.Bias.Set(Numbers(pieces * Units, 2));
        float[] x = Numbers(Batch * Inputs, 3), dy = Numbers(Batch * Units, 4);
        var results = Devices.Host().Compile(graph =>
        {
            var y = layer.Apply(graph.Input("x", [Batch, Inputs]));
            return [y, .. graph.Gradients((y * graph.Input("dy", [Batch, Units])).Sum(), [layer.Weight, layer.Bias])];
        }, Checks.PoisonedArena).Run(x, dy);

        float[] w = layer.Weight.ToArray(), b = layer.Bias.ToArray();
        double[] wanted = new double[Batch * Units], dw = new double[w.Length], db = new double[b.Length];
        for (var at = 0; at < wanted.Length; at++)
        {
            var (row, unit) = (at / Units, at % Units);
            double Piece(int j) => b[j * Units + unit] + Enumerable.Range(0, Inputs).Sum(k => (double)x[row * Inputs + k] * w[k * pieces * Units + j * Units + unit]);
            var winner = Enumerable.Range(0, pieces).MaxBy(Piece);
            wanted[at] = Piece(winner);
            db[winner * Units + unit] += dy[at];
            for (var k = 0; k < Inputs; k++)
                dw[k * pieces * Units + winner * Units + unit] += dy[at] * x[row * Inputs + k];
        }
        Assert.Multiple(() =>
        {
            Assert.That(results[0].ToArray(), Is.EqualTo(wanted).Within(1e-6));
            Assert.That(results[1].ToArray(), Is.EqualTo(dw).Within(1e-5));
            Assert.That(results[2].ToArray(), Is.EqualTo(db).Within(1e-5));
        });
    }

    [Test]
    public void The_products_of_all_pieces_are_one_launch()
    {
        var function = Devices.Host().Compile(graph => new Maxout(8, 4, pieces: 3).Apply(graph.Input("x", [5, 8])));
        function.Run(new float[40]);
        Assert.That(function.Plan.Lines.Select(line => line.Name), Is.EqualTo(new[] { "MatMul Add", "MaxPool" }));
    }

    [Test]
    public void It_knows_its_widths_and_refuses_nothing_to_choose_from()
    {
        Assert.That(() => new Sequential(new Maxout(4, 6), new Dense(7, 2)), Throws.TypeOf<ShapeException>().With.Message.Contains("make 6"));
        Assert.That(new Maxout(784, 240, 5).ParameterCount, Is.EqualTo(785 * 1200));
        Assert.That(new Maxout(4, 6, 3).ToString(), Is.EqualTo("Maxout(4 -> 6 of 3)"));
        Assert.That(() => new Maxout(4, 6, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("one piece, but got 4, 6 and 0"));
    }
}
