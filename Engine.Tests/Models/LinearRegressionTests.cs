namespace GpuNN.Tests;

/// <summary>Least squares in closed form.</summary>
[Notes("1.3", "Regressing on unbounded outputs")]
public sealed class LinearRegressionTests
{
    [Test]
    public void A_line_is_found_exactly_for_each_output()
    {
        float[] x = [1, 4, 2, 2, 5, 1, 0, 3];
        var set = DataSet.WithTargets(x, [2], [.. x.Chunk(2).SelectMany(row => new[] { 2 * row[0] - row[1] + 7, row[1] * 0.5f })], [2]);
        var linear = new LinearRegression();
        linear.Fit(set);
        Assert.That(linear.Predict(set), Is.EqualTo(set.Targets.ToArray()).Within(1e-5f));
        Assert.That(linear.Predict(DataSet.Of([10, 100], [2])), Is.EqualTo(new float[] { -73, 50 }).Within(1e-4f));
    }

    [Test]
    public void The_residuals_are_orthogonal_to_every_input()
    {
        var random = new Random(3);
        float[] x = [.. Enumerable.Range(0, 300).Select(_ => (float)random.NextDouble())];
        float[] y = [.. Enumerable.Range(0, 100).Select(_ => (float)random.NextDouble())];
        var set = DataSet.WithTargets(x, [3], y, [1]);
        var linear = new LinearRegression();
        linear.Fit(set);
        double[] residuals = [.. linear.Predict(set).Zip(y, (said, truth) => (double)said - truth)];
        Assert.That(residuals.Sum(), Is.Zero.Within(1e-5));
        for (var column = 0; column < 3; column++)
            Assert.That(residuals.Select((residual, row) => residual * x[3 * row + column]).Sum(), Is.Zero.Within(1e-5));
        Assert.That(residuals.Max(), Is.GreaterThan(0.1), "else there is nothing to be orthogonal");
    }

    [Test]
    public void Dependent_columns_and_few_rows_do_no_harm()
    {
        // all levels of a category and a bias: rank deficient
        var levels = DataSet.WithTargets([1, 0, 1, 0, 0, 1, 0, 1], [2], [1, 3, 6, 8], [1]);
        var linear = new LinearRegression();
        linear.Fit(levels);
        Assert.That(linear.Predict(levels), Is.EqualTo(new float[] { 2, 2, 7, 7 }).Within(1e-5f), "the mean of each level");

        linear.Fit(DataSet.WithTargets([3, 4, 0], [3], [5.2f], [1]));
        Assert.That(linear.Predict(DataSet.Of([3, 4, 0, 0, 0, 9], [3])), Is.EqualTo(new[] { 5.2f, 0.2f }).Within(1e-5f), "of all that fit, the smallest weights: 0.2 x + 0.2");
    }

    [Test]
    public void Wrong_use_is_refused()
    {
        var linear = new LinearRegression();
        Assert.That(() => linear.Predict(DataSet.Of([1], [1])), Throws.InvalidOperationException);
        Assert.That(() => linear.Fit(DataSet.Of([1], [1])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("WithTargets"));
        linear.Fit(DataSet.WithTargets([1, 2], [1], [1, 2], [1]));
        Assert.That(() => linear.Predict(DataSet.Of([1, 2], [2])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("1 inputs"));
        Assert.That(linear.Predict(DataSet.Of([], [1])), Is.Empty);
    }
}
