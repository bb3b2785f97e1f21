namespace GpuNN.Tests;

/// <summary>Folds of a cross-validation: who is in which.</summary>
public sealed class FoldsTests
{
    [Test]
    public void Every_row_is_judged_once_by_a_model_of_all_other_folds()
    {
        var folds = Folds.Of(23, 5, seed: 3);
        Assert.That(folds.Select(fold => fold.Number), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        Assert.That(folds.SelectMany(fold => fold.Test).Order(), Is.EqualTo(Enumerable.Range(0, 23)));
        Assert.That(folds.Select(fold => fold.Test.Length), Is.EquivalentTo(new[] { 5, 5, 5, 4, 4 }));
        foreach (var fold in folds)
        {
            Assert.That(fold.Train.Concat(fold.Test).Order(), Is.EqualTo(Enumerable.Range(0, 23)));
            Assert.That(fold.Train, Is.Ordered);
            Assert.That(fold.Test, Is.Ordered);
        }
    }

    [Test]
    public void Strata_are_spread_evenly()
    {
        int[] labels = [.. Enumerable.Range(0, 47).Select(row => row < 11 ? 1 : row < 14 ? 2 : 0)];
        foreach (var fold in Folds.Stratified(labels, 4, seed: 1))
        {
            Assert.That(fold.Test.Length, Is.InRange(11, 12));
            for (var label = 0; label < 3; label++)
                Assert.That(fold.Test.Count(row => labels[row] == label), Is.EqualTo(labels.Count(other => other == label) / 4.0).Within(0.99), $"class {label}");
        }
    }

    [Test]
    public void The_seed_decides()
    {
        Assert.That(Tests(Folds.Of(40, 4, 7)), Is.EqualTo(Tests(Folds.Of(40, 4, 7))));
        Assert.That(Tests(Folds.Of(40, 4, 7)), Is.Not.EqualTo(Tests(Folds.Of(40, 4, 8))));
        Assert.That(Tests(Folds.Of(40, 4, 7))[0], Is.Not.EqualTo(Enumerable.Range(0, 10)), "the rows are shuffled");
    }

    [Test]
    public void A_labelled_set_is_stratified()
    {
        int[] labels = [.. Enumerable.Range(0, 20).Select(row => row / 10)];
        var set = DataSet.WithLabels(new float[20], [1], labels, 2);
        Assert.That(Tests(Folds.Of(set, 5, 2)), Is.EqualTo(Tests(Folds.Stratified(labels, 5, 2))));
        Assert.That(Tests(Folds.Of(DataSet.Of(new float[20], [1]), 5, 2)), Is.EqualTo(Tests(Folds.Of(20, 5, 2))));
    }

    [TestCase(1, 10)]
    [TestCase(11, 10)]
    public void More_folds_than_rows_and_fewer_than_two_are_refused(int folds, int rows) => Assert.That(
        () => Folds.Of(rows, folds, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains($"{folds} parts for {rows} rows"));

    private static int[][] Tests(IReadOnlyList<Fold> folds) => [.. folds.Select(fold => fold.Test)];
}
