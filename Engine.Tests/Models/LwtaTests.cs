namespace GpuNN.Tests;

/// <summary>Local winner takes all: one unit of each block is left, and only it learns.</summary>
[Notes("6.1.1", "Local winner takes all layer")]
public sealed class LwtaTests
{
    [TestCase(2), TestCase(3), TestCase(6), TestCase(12)]
    public void One_unit_of_each_block_is_left(int block)
    {
        float[] x = [.. Enumerable.Range(0, 5 * 12).Select(i => MathF.Sin(7 * i) - 2)];
        var (y, dx) = LayerRun.WithGradient(new Lwta(block), [5, 12], x);
        foreach (var (outs, ins, gradient) in y.Chunk(block).Zip(x.Chunk(block), dx.Chunk(block)))
        {
            var winner = Array.IndexOf(ins, ins.Max());
            Assert.That(outs, Is.EqualTo(ins.Select((v, i) => i == winner ? v : 0)));
            Assert.That(gradient, Is.EqualTo(ins.Select((_, i) => i == winner ? 1f : 0)));
        }
    }

    [Test]
    public void A_block_of_one_is_the_identity() => Assert.That(LayerRun.Of(new Lwta(1), [2, 2], [-1, 0, 3, -4]), Is.EqualTo(new float[] { -1, 0, 3, -4 }));

    [Test]
    public void The_first_of_equals_wins_and_NaN_does_not_hide()
    {
        const float Below = float.NegativeInfinity;
        var (y, dx) = LayerRun.WithGradient(new Lwta(2), [1, 8], [1, 1, Below, Below, 5, float.NaN, -0f, 0]);
        Assert.That(y, Is.EqualTo(new[] { 1, 0, Below, 0, 0, float.NaN, 0, 0 }));
        Assert.That(dx, Is.EqualTo(new float[] { 1, 0, 1, 0, 0, 1, 1, 0 }));
    }

    [Test]
    public void Channels_of_a_pixel_compete()
    {
        // Channels 0 and 1 are a block, 2 and 3 the other; three pixels.
        float[] x = [1, -2, 3, -1, 0, -5, -1, -3, 4, -2, 0.5f, 6];
        Assert.That(LayerRun.Of(new Lwta(2), [1, 4, 1, 3], x), Is.EqualTo(new[] { 1, 0, 3, 0, 0, 0, -1, 0, 0, 0, 0.5f, 6 }));
    }

    [Test]
    public void Units_that_make_no_whole_blocks_are_refused()
    {
        Assert.That(() => new Sequential(new Dense(3, 5), new Lwta(2)).OutputShape([3]),
            Throws.TypeOf<ShapeException>().With.Message.Contains("blocks of 2, but got (2, 5)").And.Message.Contains("In 1 > Lwta(2)"));
        Assert.That(() => new Lwta(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least one unit"));
    }
}
