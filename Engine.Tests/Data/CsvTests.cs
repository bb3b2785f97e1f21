using System.IO.Compression;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Tables read from text, and the data sets made of them.</summary>
public sealed class CsvTests
{
    private const string Cars = """"
        mpg,power,origin,name
        18,130,usa,"chevelle, malibu"
        15,?,japan,skylark
        24.5,95,,corona
        26,46,europe,"1131 ""deluxe"""
        """";

    private static CsvTable Read(string text, CsvFormat? format = null) => Csv.Read(new StringReader(text), format);

    [Test]
    public void Finds_names_numbers_categories_and_gaps()
    {
        foreach (var text in new[] { Cars, Cars.Replace("\n", "\r\n"), Cars + "\n\n", "\uFEFF" + Cars })
        {
            var table = Read(text);
            Assert.That(table.Columns.Select(column => column.Name), Is.EqualTo(new[] { "mpg", "power", "origin", "name" }));
            Assert.That(table.Columns.Select(column => column.Kind), Is.EqualTo(new[] { ColumnKind.Number, ColumnKind.Number, ColumnKind.Category, ColumnKind.Category }));
            Assert.That(table["mpg"].Numbers.ToArray(), Is.EqualTo(new[] { 18, 15, 24.5, 26 }));
            Assert.That(table["power"].Numbers.ToArray(), Is.EqualTo(new[] { 130, double.NaN, 95, 46 }));
            Assert.That(table["origin"].Levels, Is.EqualTo(new[] { "europe", "japan", "usa" }));
            Assert.That(table["origin"].Codes.ToArray(), Is.EqualTo(new[] { 2, 1, CsvColumn.Gap, 0 }));
            Assert.That((table["power"].Gaps, table["origin"].Gaps, table["mpg"].Gaps), Is.EqualTo((1, 1, 0)));
            Assert.That(table["name"].Levels, Does.Contain("chevelle, malibu").And.Contain("1131 \"deluxe\""));
        }
        Assert.That(() => Read(Cars)["nmae"], Throws.TypeOf<KeyNotFoundException>().With.Message.Contains("nmae").And.Message.Contains("mpg, power"));
    }

    [Test]
    public void A_file_without_header_gets_names_and_another_delimiter_works()
    {
        var table = Read("5.1;x\n4.9;y", new CsvFormat { Delimiter = ';' });
        Assert.That(table.Columns.Select(column => column.Name), Is.EqualTo(new[] { "column 1", "column 2" }));
        Assert.That(table.Count, Is.EqualTo(2));
        Assert.That(Read("1,2", new CsvFormat { Names = ["a", "b"] })["b"].Numbers[0], Is.EqualTo(2));
        Assert.That(Read("2019,2020\n1,2", new CsvFormat { Header = true })["2020"].Numbers[0], Is.EqualTo(2));
    }

    [TestCase(',')]
    [TestCase(';')]
    [TestCase('\t')]
    [TestCase('|')]
    public void The_delimiter_is_found_out(char delimiter)
    {
        foreach (var (start, end) in new[] { ("", ""), ("\uFEFF", "\n"), ("\n\n", "\n\n") })
        {
            var table = Read(start + "x,name\n1,\"a;b,c\"\n-2.5,d e\n".Replace("x,", $"x{delimiter}").Replace("1,", $"1{delimiter}").Replace("5,", $"5{delimiter}") + end);
            Assert.That(table.Columns.Select(column => column.Name), Is.EqualTo(new[] { "x", "name" }));
            Assert.That(table["x"].Numbers.ToArray(), Is.EqualTo(new[] { 1, -2.5 }));
            Assert.That(table["name"].Levels, Is.EqualTo(new[] { "a;b,c", "d e" }), "what stands in quotes is text");
        }
        Assert.That(Read("1;2\n3;4")["column 2"].Numbers.ToArray(), Is.EqualTo(new double[] { 2, 4 }));
        Assert.That(Read("x\n1\n2").Columns.Single().Numbers.ToArray(), Is.EqualTo(new double[] { 1, 2 }), "one column needs none");
        Assert.That(Read("year,note\n2001,a; b; c; d\n2002,e; f; g; h").Columns, Has.Count.EqualTo(2));
        Refuses(() => Read("a;b\n1;2\n3"), "line 3", "delimiter (';')");
    }

    [Test]
    public void Numbers_with_commas_are_refused()
    {
        Refuses(() => Read("a;b\n1,5;x\n2;y"), "column 'a'", "'1,5'", "a point");
        Refuses(() => Read("a\tb\n7\t-1.234,5\n8\t"), "column 'b'", "'-1.234,5'");
        Refuses(() => Read("1,5;a\n2,5;b", new CsvFormat { Delimiter = ';' }), "column 'column 1'", "'1,5'");
        Refuses(() => Read("a,b\n\"1,234\",x\n12,y"), "column 'a'", "'1,234'");
        Refuses(() => Read("1,5;2,5\n3,5;4,5"), "'column 2'", "'5;2'", "set Delimiter");
        var declared = new CsvFormat { Kinds = new Dictionary<string, ColumnKind> { ["a"] = ColumnKind.Category } };
        Assert.That(Read("a;b\n1,5;2\n2,5;3", declared)["a"].Levels, Is.EqualTo(new[] { "1,5", "2,5" }));
        Assert.That(Read("a;b\n1,5;2\nlarge;3")["a"].Kind, Is.EqualTo(ColumnKind.Category), "one text makes it text");
        Assert.That(Read("1,5;2\n3,4;5", new CsvFormat { Delimiter = ',' })["column 2"].Levels, Is.EqualTo(new[] { "4;5", "5;2" }), "as told");
    }

    [Test]
    public void Declared_kinds_win()
    {
        var table = Read("class,x\n10,1\n9,2\n10,3", new CsvFormat { Kinds = new Dictionary<string, ColumnKind> { ["class"] = ColumnKind.Category } });
        Assert.That(table["class"].Levels, Is.EqualTo(new[] { "9", "10" }), "levels that are numbers stand in their order");
        Assert.That(table.ToDataSet("class").Labels.ToArray(), Is.EqualTo(new[] { 1, 0, 1 }));
        Refuses(() => Read("x,y\n1,2\nbad,3", new CsvFormat { Kinds = new Dictionary<string, ColumnKind> { ["x"] = ColumnKind.Number } }), "line 3", "'x'", "'bad'");
        Refuses(() => Read("x\n1", new CsvFormat { Kinds = new Dictionary<string, ColumnKind> { ["z"] = ColumnKind.Number } }), "no column 'z'", "x");
    }

    [Test]
    public void Faulty_text_is_refused_with_the_line()
    {
        Refuses(() => Read(""), "empty");
        Refuses(() => Read("a,b\n1,2\n3"), "line 3", "needs 2 cells", "has 1");
        Refuses(() => Read("a,b\n\n1,2,3"), "line 3", "has 3");
        Refuses(() => Read("a,a\nx,y"), "'a' like another");
        Refuses(() => Read("a,\nx,y"), "column 2 is called ''");
        Refuses(() => Read("a,b\nx,\"y"), "line 2", "quotes");
    }

    [Test]
    public void Reads_gzip_straight_through()
    {
        using var folder = new TemporaryFolder();
        using (var stream = new GZipStream(File.Create(folder["cars.csv.gz"]), CompressionLevel.Fastest))
            stream.Write("a,b\n1,2\n"u8);
        Assert.That(Csv.Read(folder["cars.csv.gz"])["b"].Numbers[0], Is.EqualTo(2));
    }

    [Test]
    public void Gaps_are_refused_dropped_filled_or_kept()
    {
        var table = Read(Cars);
        Refuses(() => table.ToDataSet("mpg", ["name"]), "'power'", "1 gaps", "row 1");

        var dropped = table.ToDataSet("mpg", ["name"], Gaps.DropRow);
        Assert.That(dropped.ColumnNames, Is.EqualTo(new[] { "power", "origin=europe", "origin=japan", "origin=usa" }));
        Assert.That(dropped.Inputs.ToArray(), Is.EqualTo(new float[] { 130, 0, 0, 1, 46, 1, 0, 0 }));
        Assert.That(dropped.Targets.ToArray(), Is.EqualTo(new float[] { 18, 26 }));

        var filled = table.ToDataSet("mpg", ["name"], Gaps.Fill);
        Assert.That(filled.Item(1)[0], Is.EqualTo((130 + 95 + 46) / 3f).Within(1e-5f));
        Assert.That(filled.Item(2).ToArray(), Is.EqualTo(new float[] { 95, 1, 0, 0 }), "of equally frequent levels the first");

        var kept = table.ToDataSet("mpg", ["name"], Gaps.Keep);
        Assert.That(kept.ColumnNames[^1], Is.EqualTo("origin=missing"));
        Assert.That(kept.Item(1)[0], Is.NaN);
        Assert.That(kept.Item(2).ToArray(), Is.EqualTo(new float[] { 95, 0, 0, 0, 1 }));
    }

    [Test]
    public void The_target_decides_between_classes_and_numbers()
    {
        var table = Read("x,y,kind\n1,2,b\n3,4,a\n5,6,");
        Refuses(() => table.ToDataSet("kind", gaps: Gaps.Keep), "target cannot be guessed");
        var classes = table.ToDataSet("kind", gaps: Gaps.DropRow);
        Assert.That((classes.Classes, classes.Count), Is.EqualTo((2, 2)));
        Assert.That(classes.ClassNames, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(classes.Labels.ToArray(), Is.EqualTo(new[] { 1, 0 }));
        Assert.That(table.ToDataSet(ignore: ["kind"]).HasTargets, Is.False);
        Assert.That(() => table.ToDataSet("z"), Throws.TypeOf<KeyNotFoundException>());
        Assert.That(() => table.ToDataSet("x", ["z"]), Throws.TypeOf<KeyNotFoundException>());
        Refuses(() => table.ToDataSet("x", ["y", "kind"]), "at least one input column");
        Refuses(() => table.ToDataSet("x", gaps: Gaps.Keep, mostLevels: 1), "'kind' has 2 levels", "free text");
        Refuses(() => Read("x,y\n1,\n2,").ToDataSet("x", gaps: Gaps.Fill), "'y' has no value at all");
    }

    [Test]
    public void Both_parts_of_a_split_table_have_the_same_columns()
    {
        var table = Read("x,kind\n" + string.Join('\n', Enumerable.Range(0, 20).Select(row => $"{row},{(row == 3 ? "rare" : "usual")}")));
        var (train, test) = table.Split(0.75, seed: 2);
        Assert.That((train.Count, test.Count), Is.EqualTo((15, 5)));
        Assert.That(train.ToDataSet("x").ColumnNames, Is.EqualTo(test.ToDataSet("x").ColumnNames));
        Assert.That(train["x"].Numbers.ToArray().Concat(test["x"].Numbers.ToArray()).Order(), Is.EqualTo(Enumerable.Range(0, 20)));
    }

    [Test]
    public void Real_tables_have_their_known_counts_and_means()
    {
        if (Environment.GetEnvironmentVariable("GPUNN_DATA") is not { Length: > 0 } data || !Directory.Exists(Path.Combine(data, "auto-mpg")))
        {
            Assert.Ignore("GPUNN_DATA names no folder with auto-mpg.");
            return;
        }
        var cars = Csv.Read(Path.Combine(data, "auto-mpg", "auto-mpg.csv"));
        Assert.That((cars.Count, cars["horsepower"].Gaps, cars["origin"].Levels.Count), Is.EqualTo((398, 6, 3)));
        Assert.That(cars["mpg"].Numbers.ToArray().Average(), Is.EqualTo(23.51457).Within(1e-5));
        Assert.That(cars.ToDataSet("mpg", ["name"], Gaps.DropRow).Count, Is.EqualTo(392));

        var iris = Csv.Read(Path.Combine(data, "iris", "iris.csv")).ToDataSet("column 5");
        Assert.That((iris.Count, iris.Classes), Is.EqualTo((150, 3)));
        var scaler = new StandardScaler();
        scaler.Fit(iris);
        Assert.That(scaler.Means, Is.EqualTo(new[] { 5.8433, 3.0540, 3.7587, 1.1987 }).Within(5e-5));

        var houses = Csv.Read(Path.Combine(data, "california-housing", "housing.csv"));
        Assert.That((houses.Count, houses["total_bedrooms"].Gaps), Is.EqualTo((20_640, 207)));
        Assert.That(houses["median_house_value"].Numbers.ToArray().Average(), Is.EqualTo(206_855.8169).Within(1e-4));

        var cancer = Csv.Read(Path.Combine(data, "breast-cancer-wdbc", "wdbc.csv")).ToDataSet("diagnosis", ["id"]);
        Assert.That((cancer.Count, cancer.ItemShape, cancer.Labels.ToArray().Sum()), Is.EqualTo((569, Shape.Of(30), 212)));
        Assert.That(Csv.Read(Path.Combine(data, "digits-8x8", "optdigits-test.csv")).Count, Is.EqualTo(1797));
    }

    private static void Refuses(Func<object> action, params string[] parts)
    {
        var message = Assert.Throws<InvalidDataException>(() => action())!.Message;
        foreach (var part in parts)
            Assert.That(message, Does.Contain(part));
    }
}
