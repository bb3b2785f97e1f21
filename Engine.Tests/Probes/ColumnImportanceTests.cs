namespace GpuNN.Tests;

/// <summary>Importance of columns against its expectation for a known linear function.</summary>
public sealed class ColumnImportanceTests
{
    [Test]
    public void Shuffling_a_column_costs_twice_its_part_of_the_variance()
    {
        // y = 3 a + b, c without effect; the mean squared error after a shuffle is 2 w^2 var(x) in expectation
        var random = new Random(2);
        const int rows = 4_000;
        float[] x = [.. Enumerable.Range(0, 3 * rows).Select(_ => (float)random.NextDouble())];
        var set = DataSet.Of(x, [3]);
        float[] truth = [.. Enumerable.Range(0, rows).Select(row => 3 * x[3 * row] + x[3 * row + 1])];
        double Error(DataSet changed) =>
            Enumerable.Range(0, rows).Average(row => Math.Pow(3 * changed.Item(row)[0] + changed.Item(row)[1] - truth[row], 2));
        var importance = ColumnImportance.Of(set, [[0], [1], [2], [0, 1]], Error, repeats: 3, seed: 1);
        Assert.That(importance[0], Is.EqualTo(2 * 9 / 12.0).Within(4).Percent);
        Assert.That(importance[1], Is.EqualTo(2 * 1 / 12.0).Within(4).Percent);
        Assert.That(importance[2], Is.Zero);
        Assert.That(importance[3], Is.EqualTo(2 * 10 / 12.0).Within(4).Percent, "columns of a group stay together");
        Assert.That(ColumnImportance.Of(set, [[0]], Error, seed: 1), Is.EqualTo(ColumnImportance.Of(set, [[0]], Error, seed: 1)));
        Assert.That(() => ColumnImportance.Of(set, [[0]], Error, repeats: 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
