using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>What a data set takes, refuses, and gives.</summary>
public sealed class DataSetTests
{
    /// <summary>Row r has the inputs (r, r + 0.5, -r), the label r mod 3.</summary>
    private static DataSet Numbered(int rows) => DataSet.WithLabels(
        [.. Enumerable.Range(0, rows).SelectMany(r => new[] { r, r + 0.5f, -r })], [3],
        [.. Enumerable.Range(0, rows).Select(r => r % 3)], classes: 3, classNames: ["a", "b", "c"]);

    [Test]
    public void Refuses_what_does_not_fit_and_says_what_came()
    {
        Assert.Multiple(() =>
        {
            Refuses(() => DataSet.Of(new float[7], [3]), "7 numbers", "(3) = 3", "without the batch axis");
            Refuses(() => DataSet.Of(new float[6], [0]), "(0)");
            Refuses(() => DataSet.Of([1, 2, float.NaN, 4], [2]), "row 1, column 0", "NaN", "allowNotFinite");
            Refuses(() => DataSet.Of([1, 2, 3, float.PositiveInfinity], [2], ["x", "y"]), "row 1, column 1 (y)", "Infinity".Replace("Infinity", float.PositiveInfinity.ToString()));
            Refuses(() => DataSet.Of(new float[4], [2], ["x"]), "1 names");
            Refuses(() => DataSet.WithLabels(new float[4], [2], [0], 2), "1 labels", "2 rows");
            Refuses(() => DataSet.WithLabels(new float[4], [2], [0, -1], 2), "row 1 has -1", "0 to 1");
            Refuses(() => DataSet.WithLabels(new float[4], [2], [2, 1], 2), "row 0 has 2", "start at 0");
            Refuses(() => DataSet.WithLabels(new float[4], [2], [0, 0], 0), "at least one class");
            Refuses(() => DataSet.WithLabels(new float[4], [2], [0, 0], 2, ["one"]), "1 names for 2 classes");
            Refuses(() => DataSet.WithTargets(new float[4], [2], new float[3], [1]), "2 rows of targets (1)", "got 3");
            Refuses(() => DataSet.WithTargets(new float[4], [2], [1, float.NaN], [1]), "target", "row 1, column 0");
        });
    }

    [Test]
    public void Takes_gaps_where_they_are_allowed() =>
        Assert.That(DataSet.Of([1, float.NaN], [1], allowNotFinite: true).Count, Is.EqualTo(2));

    [Test]
    public void An_empty_set_can_be_made_but_not_cut_into_batches()
    {
        var empty = DataSet.WithLabels([], [4], [], 2);
        Assert.That(empty.Count, Is.Zero);
        Refuses(() => empty.Batches(8), "empty");
        Refuses(() => new Prefetcher(empty, new BatchPlan(8)), "empty");
        Refuses(() => empty.Split(0.5, 1), "empty");
    }

    [Test]
    public void Parts_keep_rows_labels_and_names_together()
    {
        var set = Numbered(20);
        foreach (var part in new[] { set.Take(7), set.Subset([4, 4, 19]), set.Where(row => row % 2 == 1), set.Split(0.7, 3).Test })
        {
            Assert.That(part.Count, Is.GreaterThan(0));
            Assert.That((part.ItemShape, part.Classes), Is.EqualTo((set.ItemShape, 3)));
            Assert.That(part.ClassNames, Is.EqualTo(set.ClassNames));
            for (var row = 0; row < part.Count; row++)
            {
                var original = (int)part.Item(row)[0];
                Assert.That(part.Item(row).ToArray(), Is.EqualTo(set.Item(original).ToArray()));
                Assert.That(part.Labels.Span[row], Is.EqualTo(original % 3));
            }
        }
        Assert.That(set.Take(100).Count, Is.EqualTo(20));
        Assert.That(set.Subset([4, 4, 19]).Inputs.Span[3], Is.EqualTo(4));
        Assert.That(() => set.Subset([20]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 to 19").And.Message.Contains("20"));
    }

    [Test]
    public void Targets_follow_their_rows()
    {
        var set = DataSet.WithTargets([0, 1, 2, 3], [1], [0, 0, 10, 1, 20, 2, 30, 3], [2]);
        var part = set.Subset([3, 1]);
        Assert.That(part.Targets.ToArray(), Is.EqualTo(new float[] { 30, 3, 10, 1 }));
        Assert.That(part.TargetShape, Is.EqualTo(Shape.Of(2)));
    }

    [Test]
    public void A_split_is_a_partition_and_its_seed_decides_it()
    {
        var set = Numbered(50);
        var (train, test) = set.Split(0.7, seed: 4);
        Assert.That((train.Count, test.Count), Is.EqualTo((35, 15)));
        Assert.That(Rows(train).Concat(Rows(test)).Order(), Is.EqualTo(Enumerable.Range(0, 50)));
        Assert.That(Rows(set.Split(0.7, seed: 4).Train), Is.EqualTo(Rows(train)));
        Assert.That(Rows(set.Split(0.7, seed: 5).Train), Is.Not.EqualTo(Rows(train)));
        Assert.That(() => set.Split(1, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => set.Split(double.NaN, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Refuses(() => Numbered(1).Split(0.5, 0), "would leave the test part empty");

        static int[] Rows(DataSet part) => [.. Enumerable.Range(0, part.Count).Select(row => (int)part.Item(row)[0])];
    }

    [Test]
    public void A_stratified_split_keeps_the_share_of_each_class()
    {
        int[] labels = [.. Enumerable.Repeat(0, 80), .. Enumerable.Repeat(1, 16), .. Enumerable.Repeat(2, 4)];
        var (train, test) = DataSet.WithLabels(new float[100], [1], labels, 3).Split(0.75, 9, stratified: true);
        Assert.That(Shares(train), Is.EqualTo(new[] { 60, 12, 3 }));
        Assert.That(Shares(test), Is.EqualTo(new[] { 20, 4, 1 }));
        Assert.That(() => DataSet.Of(new float[4], [1]).Split(0.5, 0, stratified: true), Throws.InvalidOperationException);

        static int[] Shares(DataSet part) => [.. Enumerable.Range(0, 3).Select(c => part.Labels.ToArray().Count(label => label == c))];
    }

    [Test]
    public void Map_changes_items_and_keeps_labels()
    {
        var set = Numbered(5);
        var sums = set.Map((item, result) => result[0] = item[0] + item[1], Shape.Of(1));
        Assert.That(sums.Inputs.ToArray(), Is.EqualTo(new[] { 0.5f, 2.5f, 4.5f, 6.5f, 8.5f }));
        Assert.That(sums.Labels.ToArray(), Is.EqualTo(set.Labels.ToArray()));
        Refuses(() => set.Map((item, result) => result.Fill(float.NaN)), "row 0, column 0");
    }

    private static void Refuses(Func<object> action, params string[] parts)
    {
        var message = Assert.Throws<InvalidDataException>(() => action())!.Message;
        foreach (var part in parts)
            Assert.That(message, Does.Contain(part));
    }

    [Test]
    public void Items_are_permuted_alike_and_by_the_seed()
    {
        var set = DataSet.WithLabels([.. Enumerable.Range(0, 40).Select(i => (float)i)], [2, 10], [0, 1], 2);
        var permuted = set.Permuted(seed: 3);
        Assert.That(permuted.Item(0).ToArray().Order(), Is.EqualTo(set.Item(0).ToArray()));
        Assert.That(permuted.Item(1).ToArray().Select(value => value - 20), Is.EqualTo(permuted.Item(0).ToArray()), "one order for all");
        Assert.That(permuted.Item(0).ToArray(), Is.Not.EqualTo(set.Item(0).ToArray()));
        Assert.That(set.Permuted(seed: 3).Inputs.ToArray(), Is.EqualTo(permuted.Inputs.ToArray()));
        Assert.That(set.Permuted(seed: 4).Inputs.ToArray(), Is.Not.EqualTo(permuted.Inputs.ToArray()));
        Assert.That((permuted.ItemShape, permuted.Labels.ToArray()), Is.EqualTo((set.ItemShape, new[] { 0, 1 })));
    }

    [Test]
    public void Sets_of_one_kind_are_appended()
    {
        var first = DataSet.WithTargets([1, 2], [1], [10, 20], [1]);
        var both = first.Append(DataSet.WithTargets([3], [1], [30], [1]));
        Assert.That((both.Inputs.ToArray(), both.Targets.ToArray()), Is.EqualTo((new float[] { 1, 2, 3 }, new float[] { 10, 20, 30 })));
        Assert.That(() => first.Append(DataSet.Of([3], [1])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("two sets of one kind"));
    }
}
