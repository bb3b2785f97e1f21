namespace GpuNN.Tests;

/// <summary>A series out of a column of a table.</summary>
[Notes("15.4.1", "Introduction")]
public sealed class TimeSeriesTests
{
    private static CsvTable Table(string text) => Csv.Read(new StringReader(text));

    [Test]
    public void The_only_column_of_numbers_is_found_and_dates_are_its_labels()
    {
        var series = TimeSeries.Of(Table("Month,Sales\n\"1949-01\",112\n\"1949-02\",118\n\"1949-03\",132\n"));
        Assert.Multiple(() =>
        {
            Assert.That(series.Name, Is.EqualTo("Sales"));
            Assert.That(series.Values.ToArray(), Is.EqualTo(new double[] { 112, 118, 132 }));
            Assert.That(series.Labels, Is.EqualTo(new[] { "1949-01", "1949-02", "1949-03" }));
            Assert.That(series.ToString(), Is.EqualTo("Sales: 3 values from 1949-01 to 1949-03"));
        });
    }

    [Test]
    public void Of_several_columns_one_must_be_named()
    {
        var table = Table("day,shop,a,b\n2020-12-30,x,1,5\n2020-12-31,x,2,3\n2021-01-01,y,4,4\n");
        Assert.That(() => TimeSeries.Of(table), Throws.TypeOf<InvalidDataException>().With.Message.Contains("has 2 of numbers").And.Message.Contains("day, shop, a, b"));
        Assert.That(TimeSeries.Of(table, "b").Values.ToArray(), Is.EqualTo(new double[] { 5, 3, 4 }));
        Assert.That(() => TimeSeries.Of(table, "shop"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'shop' holds text such as 'x'"));
        Assert.That(() => TimeSeries.Of(table, "c"), Throws.TypeOf<KeyNotFoundException>());
    }

    [Test]
    public void Gaps_are_refused_or_bridged_by_straight_lines()
    {
        var table = Table("month,x\n2020-01,\n2020-02,2\n2020-03,NA\n2020-04,\n2020-05,8\n2020-06,?\n");
        Assert.That(() => TimeSeries.Of(table), Throws.TypeOf<InvalidDataException>().With.Message.Contains("4 gaps, the first in row 0 (2020-01)"));
        var series = TimeSeries.Of(table, gaps: SeriesGaps.Interpolate);
        Assert.That(series.Values.ToArray(), Is.EqualTo(new double[] { 2, 2, 4, 6, 8, 8 }).Within(1e-12));
        Assert.That(series.Filled, Is.EqualTo(4));
        Assert.That(() => TimeSeries.Of(Table("month,x\n2020-01,\n2020-02,\n"), "x", SeriesGaps.Interpolate), Throws.TypeOf<InvalidDataException>().With.Message.Contains("no value at all"));
    }

    [Test]
    public void Dates_must_rise_and_labels_must_fit()
    {
        Assert.That(() => TimeSeries.Of(Table("day,x\n01.02.2020,1\n31.01.2020,2\n")),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("31.01.2020 comes after 01.02.2020, in row 1"));
        Assert.That(() => new TimeSeries("x", [1, double.NaN]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("value 1 of 'x' is NaN"));
        Assert.That(() => new TimeSeries("x", [1, 2], ["a"]), Throws.TypeOf<InvalidDataException>());
    }
}
