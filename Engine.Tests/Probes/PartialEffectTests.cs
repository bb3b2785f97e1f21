namespace GpuNN.Tests;

/// <summary>Partial effects against the mean written out.</summary>
public sealed class PartialEffectTests
{
    private static float[] Product(DataSet set) => [.. Enumerable.Range(0, set.Count).Select(row => set.Item(row)[0] * set.Item(row)[1])];

    [Test]
    public void The_other_columns_are_averaged_out()
    {
        var set = DataSet.Of([1, 2, 3, 4, 5, 9], [2]);
        Assert.That(PartialEffect.Of(set, 0, [0, 1, -2], Product), Is.EqualTo(new double[] { 0, 5, -10 }), "the mean of the second column is 5");
        Assert.That(PartialEffect.Of(set, 1, [1], Product), Is.EqualTo(new double[] { 3 }));
    }

    [Test]
    public void A_column_that_is_not_there_is_refused()
    {
        var set = DataSet.Of([1, 2], [2]);
        Assert.That(() => PartialEffect.Of(set, 2, [0], Product), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 to 1"));
        Assert.That(() => PartialEffect.Of(set, -1, [0], Product), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
