namespace GpuNN.Tests;

/// <summary>Networks whose weights are set by hand are exact on every row, place or point that they are made for.</summary>
[Notes("1.4", "Deep neural networks can represent complicated functions")]
public sealed class HandSetTests
{
    [TestCase(1), TestCase(2), TestCase(3), TestCase(5)]
    public void Gates_are_those_of_logic(int inputs)
    {
        var rows = Rows(inputs);
        float[] sums = [.. Enumerable.Range(0, 1 << inputs).Select(row => (float)int.PopCount(row))];
        Assert.Multiple(() =>
        {
            Assert.That(LayerRun.Of(Threshold.And(inputs), [sums.Length, inputs], rows), Is.EqualTo(sums.Select(sum => sum == inputs ? 1f : 0)));
            Assert.That(LayerRun.Of(Threshold.Or(inputs), [sums.Length, inputs], rows), Is.EqualTo(sums.Select(sum => sum > 0 ? 1f : 0)));
            Assert.That(LayerRun.Of(Threshold.Nand(inputs), [sums.Length, inputs], rows), Is.EqualTo(sums.Select(sum => sum == inputs ? 0f : 1)));
        });
    }

    [Test, Notes("1.4.1", "More layers allow for more complex functions")]
    public void A_tree_of_exclusive_ors_is_the_parity_of_every_row([Range(1, 12)] int bits)
    {
        var network = new ParityNetwork(bits);
        Assert.Multiple(() =>
        {
            Assert.That(LayerRun.Of(network, [1 << bits, bits], Rows(bits)), Is.EqualTo(Enumerable.Range(0, 1 << bits).Select(row => int.PopCount(row) % 2 == 1 ? 1f : 0)));
            Assert.That(network.Depth, Is.EqualTo(2 * (int)Math.Ceiling(Math.Log2(bits))));
        });
    }

    [Test, Notes("1.4.1", "More layers allow for more complex functions")]
    public void Two_layers_are_any_table_of_three_inputs([Range(0, 255, 5)] int table)
    {
        bool[] truth = [.. Enumerable.Range(0, 8).Select(row => (table >> row & 1) == 1)];
        Assert.That(LayerRun.Of(new TruthTable(truth), [8, 3], Rows(3)), Is.EqualTo(truth.Select(value => value ? 1f : 0)));
    }

    [Test, Notes("1.4.1", "More layers allow for more complex functions")]
    public void Each_fold_doubles_the_teeth_of_the_tent_map([Range(1, 8)] int folds)
    {
        const int Points = 1 << 10;
        float[] x = [.. Enumerable.Range(0, Points + 1).Select(i => (float)i / Points)];
        var y = LayerRun.Of(new TentMap(folds), [x.Length, 1], x);
        Assert.Multiple(() =>
        {
            Assert.That(y, Is.EqualTo(x.Select(at => (float)Enumerable.Range(0, folds).Aggregate((double)at, (value, _) => 1 - Math.Abs(2 * value - 1)))));
            Assert.That(y.Count(value => value == 1), Is.EqualTo(1 << (folds - 1)), "teeth");
        });
    }

    [Test, Notes("1.4.2", "Two hidden layers can map highly complex functions")]
    public void Two_hidden_layers_draw_a_checkerboard_exactly()
    {
        const int Squares = 8;
        // borders and corners of the squares, and points between
        const int Points = 4 * Squares;
        float[] points = [.. Enumerable.Range(0, Points * Points).SelectMany(i => new[] { (float)(i % Points) / Points, (float)(i / Points) / Points })];
        Assert.That(
            LayerRun.Of(RegionNetwork.Checkerboard(Squares), [Points * Points, 2], points),
            Is.EqualTo(points.Chunk(2).Select(at => ((int)(Squares * at[0]) + (int)(Squares * at[1])) % 2 == 1 ? 1f : 0)));
    }

    [Test]
    public void What_does_not_fit_is_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new Threshold(2, [1, 1, 1], [0]), Throws.ArgumentException.With.Message.Contains("2 in all, but got 3"));
            Assert.That(() => new TruthTable(true, false, true), Throws.ArgumentException.With.Message.Contains("2^n rows"));
            Assert.That(() => new ParityNetwork(0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("at least one bit"));
            Assert.That(() => new RegionNetwork(2, [[new HalfSpace([1], 0)]]), Throws.ArgumentException.With.Message.Contains("normal of 1 numbers"));
        });
    }

    // row r has bit i of r as input i
    private static float[] Rows(int inputs) => [.. Enumerable.Range(0, 1 << inputs).SelectMany(row => Enumerable.Range(0, inputs).Select(bit => (float)(row >> bit & 1)))];
}
