namespace GpuNN.Tests;

/// <summary>Rows of a table as inputs of a network.</summary>
[Notes("1.1.4", "Dummies in neural networks"), Notes("2.1.1", "Feature normalisation")]
public sealed class TableEncoderTests
{
    private static readonly CsvTable train = new(
    [
        CsvColumn.OfNumbers("x", [1, 3, 1, 3]),
        CsvColumn.OfCategories("colour", ["red", null, "blue", "red"]),
        CsvColumn.OfNumbers("age", [20, double.NaN, 40, double.NaN]),
        CsvColumn.OfNumbers("y", [5, 6, 7, 8]),
        CsvColumn.OfCategories("kind", ["b", "a", "b", "b"]),
    ]);

    [Test]
    public void Numbers_are_standardised_gaps_marked_and_levels_written_as_dummies()
    {
        var encoder = new TableEncoder(["x", "colour", "age"]);
        encoder.Fit(train);
        var set = encoder.Transform(train, "y");
        Assert.That(encoder.ColumnNames, Is.EqualTo(new[] { "x", "age", "age missing", "colour=blue", "colour=red", "colour=missing" }));
        Assert.That(set.ColumnNames, Is.EqualTo(encoder.ColumnNames));
        Assert.That(set.Inputs.ToArray(), Is.EqualTo(new float[]
        {
            -1, -1, 0, 0, 1, 0,
            1, 0, 1, 0, 0, 1,
            -1, 1, 0, 1, 0, 0,
            1, 0, 1, 0, 1, 0,
        }));
        Assert.That(set.Targets.ToArray(), Is.EqualTo(new float[] { 5, 6, 7, 8 }));
        Assert.That(encoder.Origins.Select(origin => origin.Input), Is.EqualTo(new[] { "x", "colour", "age" }));
        Assert.That(encoder.Origins.Select(origin => origin.Columns), Is.EqualTo(new int[][] { [0], [3, 4, 5], [1, 2] }));
    }

    [Test]
    public void Other_rows_are_changed_by_what_the_training_part_taught()
    {
        var encoder = new TableEncoder(["x", "colour", "age"]);
        encoder.Fit(train.Subset([0, 2]));
        Assert.That(encoder.ColumnNames, Is.EqualTo(new[] { "x", "age", "colour=blue", "colour=red" }), "no gap to be seen");
        var set = encoder.Transform(train.Subset([1, 3]), "kind");
        Assert.That(set.Inputs.ToArray(), Is.EqualTo(new float[] { 0, 0, 0, 0, 0, 0, 0, 1 }), "x was constant, a gap is the mean, an unknown level is zeros");
        Assert.That((set.Classes, set.Labels.ToArray()[0], set.Labels.ToArray()[1]), Is.EqualTo((2, 0, 1)));
        Assert.That(encoder.Transform(train).HasTargets, Is.False);
    }

    [Test]
    public void Tables_of_one_kind_of_columns_work_too()
    {
        foreach (var (name, width) in new[] { ("x", 1), ("colour", 3) })
        {
            var encoder = new TableEncoder([name]);
            encoder.Fit(train);
            Assert.That(encoder.Transform(train).ItemShape, Is.EqualTo(Shape.Of(width)));
        }
    }

    [Test]
    public void Wrong_use_is_refused()
    {
        Assert.That(() => new TableEncoder([]), Throws.ArgumentException);
        var encoder = new TableEncoder(["x", "age"]);
        Assert.That(() => encoder.Transform(train), Throws.InvalidOperationException);
        Assert.That(() => encoder.Fit(train.Subset([])), Throws.TypeOf<InvalidDataException>());
        encoder.Fit(train);
        Assert.That(() => encoder.Transform(train, "age"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'age' has 2 gaps"));
        Assert.That(() => encoder.Transform(train, "z"), Throws.TypeOf<KeyNotFoundException>());
        var other = new CsvTable([CsvColumn.OfCategories("x", ["1"]), CsvColumn.OfNumbers("age", [1])]);
        Assert.That(() => encoder.Transform(other), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'x' held numbers"));
    }
}
