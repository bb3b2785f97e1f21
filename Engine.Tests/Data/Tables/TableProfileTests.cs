namespace GpuNN.Tests;

/// <summary>What the columns of a table are taken for.</summary>
public sealed class TableProfileTests
{
    private static readonly int[] rows = [.. Enumerable.Range(0, 60)];

    private static IEnumerable<TestCaseData> Columns()
    {
        yield return Number("price", row => row * 1.5).Returns(ColumnRole.Number);
        yield return Number("weight", row => row * row + 3).Returns(ColumnRole.Number).SetDescription("all different and whole, but no identifier's name");
        yield return Number("patient_id", row => 900 - row * row).Returns(ColumnRole.Identifier);
        yield return Number("customerId", row => row * 7).Returns(ColumnRole.Identifier);
        yield return Number("humid", row => row * 7).Returns(ColumnRole.Number).SetDescription("ends with id, but is another word");
        yield return Number("id", row => row / 2).Returns(ColumnRole.Number).SetDescription("a value comes twice");
        yield return Number("column 1", row => row + 1).Returns(ColumnRole.Identifier);
        yield return Number("column 1", row => row).Returns(ColumnRole.Identifier);
        yield return Number("year", row => row + 1950).Returns(ColumnRole.Number).SetDescription("counts up, but not from 0 or 1");
        yield return Number("always", row => 3).Returns(ColumnRole.Constant);
        yield return Number("sometimes", row => row % 2 == 0 ? 3 : double.NaN).Returns(ColumnRole.Constant);
        yield return Number("never", row => double.NaN).Returns(ColumnRole.Constant);
        yield return Text("colour", row => row % 3 == 0 ? null : $"c{row % 5}").Returns(ColumnRole.Category);
        yield return Text("name", row => $"name {row / 2 * 2}").Returns(ColumnRole.Category).SetDescription("a level for every second row, and no more");
        yield return Text("name", row => $"name {row / 3 * 2 + row % 2}").Returns(ColumnRole.Text);
        yield return Text("country", row => "here").Returns(ColumnRole.Constant);
        yield return Text("empty", row => null).Returns(ColumnRole.Constant);
    }

    [TestCaseSource(nameof(Columns))]
    public ColumnRole A_column_is_taken_for(CsvColumn column) => TableProfile.Of(new CsvTable([column])).Columns[0].Role;

    [Test]
    public void More_than_a_hundred_levels_are_text()
    {
        ColumnRole RoleOf(int levels) => TableProfile.Of(new CsvTable([CsvColumn.OfCategories("place", [.. Enumerable.Range(0, 1000).Select(row => $"{row % levels}x")])])).Columns[0].Role;
        Assert.That((RoleOf(100), RoleOf(101)), Is.EqualTo((ColumnRole.Category, ColumnRole.Text)));
    }

    [Test]
    public void It_is_told_in_lines()
    {
        var profile = TableProfile.Of(new CsvTable([CsvColumn.OfNumbers("a", [5, 7]), CsvColumn.OfNumbers("id", [1, 2]), CsvColumn.OfNumbers("b", [7, 5])]));
        Assert.That(profile.ToString(), Is.EqualTo("Number: a, b\nIdentifier: id"));
    }

    private static TestCaseData Number(string name, Func<int, double> value) => new(CsvColumn.OfNumbers(name, [.. rows.Select(value)]));

    private static TestCaseData Text(string name, Func<int, string?> value) => new(CsvColumn.OfCategories(name, [.. rows.Select(value)]));
}
