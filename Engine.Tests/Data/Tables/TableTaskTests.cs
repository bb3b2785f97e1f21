namespace GpuNN.Tests;

/// <summary>What there is to predict in a table, told or found.</summary>
public sealed class TableTaskTests
{
    private const int Rows = 40;

    private static readonly CsvColumn id = CsvColumn.OfNumbers("id", [.. Enumerable.Range(1, Rows).Select(row => (double)row)]);
    private static readonly CsvColumn size = Numbers("size", row => row * 1.5);
    private static readonly CsvColumn price = Numbers("price", row => row == 3 ? double.NaN : 100 - row);
    private static readonly CsvColumn rating = Numbers("rating", row => row % 4);
    private static readonly CsvColumn colour = CsvColumn.OfCategories("colour", [.. Enumerable.Range(0, Rows).Select(row => row == 5 ? null : row % 2 == 0 ? "red" : "blue")]);
    private static readonly CsvColumn shape = CsvColumn.OfCategories("shape", [.. Enumerable.Range(0, Rows).Select(row => row % 3 == 0 ? "round" : "flat")]);

    [Test]
    public void The_obvious_target_is_found_and_the_reason_told()
    {
        Expect([id, colour, size, price], "colour", "only column of categories", TaskKind.Classification);
        Expect([id, colour, size, shape, price], "price", "last usable column", TaskKind.Regression);
        Expect([size, price, id], "price", "last usable column", TaskKind.Regression);
        Expect([colour, Numbers("Target", row => 0.5 * row), size], "Target", "name", TaskKind.Regression);

        static void Expect(CsvColumn[] columns, string target, string reason, TaskKind kind)
        {
            var task = TableTask.Find(new CsvTable(columns));
            Assert.That((task.Target, task.Kind), Is.EqualTo((target, kind)));
            Assert.That(task.Reason, Does.Contain(reason));
        }
    }

    [Test]
    public void What_is_told_wins()
    {
        var table = new CsvTable([id, size, colour, shape, price, rating]);
        var task = TableTask.Find(table, "size", ignore: ["shape"]);
        Assert.That((task.Target, task.Kind, task.Reason), Is.EqualTo(("size", TaskKind.Regression, "as told")));
        Assert.That(task.Inputs, Is.EqualTo(new[] { "colour", "price", "rating" }));
        Assert.That(task.LeftOut.Select(column => (column.Column.Name, column.Role)), Is.EqualTo(new[] { ("id", ColumnRole.Identifier) }));
        Assert.That(TableTask.Find(table, "id").Inputs, Has.Count.EqualTo(5), "an identifier may be asked for");
    }

    [Test]
    public void Rows_without_a_target_are_left_out()
    {
        Assert.That(TableTask.Find(new CsvTable([size, price])).Table.Count, Is.EqualTo(Rows - 1));
        var task = TableTask.Find(new CsvTable([size, colour]));
        Assert.That((task.Table.Count, task.Table["size"].Numbers[5]), Is.EqualTo((Rows - 1, 9)));
    }

    [Test]
    public void A_few_whole_numbers_are_classes_unless_told_otherwise()
    {
        var table = new CsvTable([size, rating]);
        var task = TableTask.Find(table);
        Assert.That(task.Kind, Is.EqualTo(TaskKind.Classification));
        Assert.That(task.Table["rating"].Levels, Is.EqualTo(new[] { "0", "1", "2", "3" }));
        task = TableTask.Find(table, kind: TaskKind.Regression);
        Assert.That((task.Kind, task.Table["rating"].Kind), Is.EqualTo((TaskKind.Regression, ColumnKind.Number)));
        Assert.That(TableTask.Find(new CsvTable([size, Numbers("rating", row => row % 9)])).Kind, Is.EqualTo(TaskKind.Regression), "fewer than 5 rows a class");
        Assert.That(TableTask.Find(new CsvTable([size, Numbers("rating", row => row % 2 + 0.5)])).Kind, Is.EqualTo(TaskKind.Regression), "not whole");
    }

    [Test]
    public void What_cannot_be_learned_is_refused()
    {
        var table = new CsvTable([id, size, colour, Numbers("always", _ => 1)]);
        Assert.That(() => TableTask.Find(table, "prize"), Throws.TypeOf<KeyNotFoundException>().With.Message.Contains("prize").And.Message.Contains("size, colour"));
        Assert.That(() => TableTask.Find(table, ignore: ["prize"]), Throws.TypeOf<KeyNotFoundException>());
        Assert.That(() => TableTask.Find(table, "always"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'always' is constant").And.Message.Contains("size, colour"));
        Assert.That(() => TableTask.Find(table, "colour", TaskKind.Regression), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'colour' holds text such as 'blue'"));
        Assert.That(() => TableTask.Find(new CsvTable([id, size])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("no other one is usable").And.Message.Contains("Identifier: id"));
        Assert.That(() => TableTask.Find(new CsvTable([id])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("none is usable"));
        var names = CsvColumn.OfCategories("name", [.. Enumerable.Range(0, Rows).Select(row => $"n{row}")]);
        Assert.That(() => TableTask.Find(new CsvTable([size, names]), "name"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("free text"));
    }

    private static CsvColumn Numbers(string name, Func<int, double> value) => CsvColumn.OfNumbers(name, [.. Enumerable.Range(0, Rows).Select(value)]);
}
