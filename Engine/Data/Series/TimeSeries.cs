using System.Globalization;

namespace GpuNN;

/// <summary>What becomes of gaps in a time series.</summary>
public enum SeriesGaps
{
    /// <summary>An error that says how many there are, and where the first is.</summary>
    Refuse,

    /// <summary>A straight line between the known neighbours; before the first and after the last known value, that value.
    /// A value after the gap is used, so a gap at the end of a training part sees beyond it.</summary>
    Interpolate,
}

/// <summary>Numbers in order of time, at equal distances, with a label each where the times are known.</summary>
public sealed class TimeSeries
{
    private static readonly string[] formats =
    [
        "yyyy", "yyyy-MM", "yyyy/MM", "yyyy-MM-dd", "yyyy/MM/dd", "dd.MM.yyyy", "MM/dd/yyyy",
        "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssZ",
    ];

    private readonly double[] values;

    /// <summary>A series.</summary>
    /// <param name="name">What is measured.</param>
    /// <param name="values">Finite numbers.</param>
    /// <param name="labels">A label for each, such as its date; null for none.</param>
    /// <exception cref="InvalidDataException">A number is not finite, or there are not as many labels.</exception>
    public TimeSeries(string name, double[] values, IReadOnlyList<string>? labels = null)
    {
        foreach (var (at, value) in values.Index())
            if (!double.IsFinite(value))
                throw new InvalidDataException($"TimeSeries: needs finite numbers, but value {at} of '{name}' is {value}.\nFill it first, as SeriesGaps.Interpolate does for a table.");
        if (labels is not null && labels.Count != values.Length)
            throw new InvalidDataException($"TimeSeries: needs a label for each of the {values.Length} values of '{name}', but got {labels.Count}.");
        (Name, this.values, Labels) = (name, values, labels ?? []);
    }

    /// <summary>What is measured.</summary>
    public string Name { get; }

    /// <summary>The numbers, oldest first.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>The label of each number; empty where the times are not known.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>How many numbers.</summary>
    public int Count => values.Length;

    /// <summary>Numbers that were gaps and are interpolated.</summary>
    public int Filled { get; private init; }

    /// <summary>
    /// A column of a table. The rows are in order of time. A column of dates, where there is one, gives the labels; years in numbers do not.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column; null for the only one of numbers; of several, for the only one that is no count of the rows and not constant.</param>
    /// <param name="gaps">What becomes of gaps.</param>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    /// <exception cref="InvalidDataException">There are gaps and they are refused, nothing is known at all, the column is no column of
    /// numbers, the choice is not clear, or the dates do not rise.</exception>
    public static TimeSeries Of(CsvTable table, string? column = null, SeriesGaps gaps = SeriesGaps.Refuse)
    {
        var chosen = column is null ? Obvious(table) : table[column];
        if (chosen.Kind != ColumnKind.Number)
            throw new InvalidDataException($"TimeSeries: needs a column of numbers, but '{chosen.Name}' holds text such as '{chosen.Levels[0]}'.\nThe columns of numbers are {Names(table.Columns.Where(other => other.Kind == ColumnKind.Number))}.");
        var labels = table.Columns.FirstOrDefault(IsOfDates) is { } dates ? Labelled(dates) : null;
        var numbers = chosen.Numbers.ToArray();
        if (chosen.Gaps == 0)
            return new TimeSeries(chosen.Name, numbers, labels);
        if (chosen.Gaps == chosen.Count)
            throw new InvalidDataException($"TimeSeries: '{chosen.Name}' has no value at all.\nChoose another column.");
        if (gaps == SeriesGaps.Refuse)
        {
            var first = Array.FindIndex(numbers, double.IsNaN);
            throw new InvalidDataException($"TimeSeries: needs a value at every time, but '{chosen.Name}' has {chosen.Gaps} gaps, the first in row {first}{(labels is null ? "" : $" ({labels[first]})")}, counted from 0 without the header.\nUse SeriesGaps.Interpolate, or fill them in the file.");
        }
        Interpolate(numbers);
        return new TimeSeries(chosen.Name, numbers, labels) { Filled = chosen.Gaps };
    }

    /// <summary>What it holds, in one line.</summary>
    public override string ToString() =>
        $"{Name}: {Count} values{(Labels.Count > 0 ? $" from {Labels[0]} to {Labels[^1]}" : "")}{(Filled > 0 ? $", {Filled} gaps interpolated" : "")}";

    private static CsvColumn Obvious(CsvTable table)
    {
        CsvColumn[] numbers = [.. table.Columns.Where(column => column.Kind == ColumnKind.Number)];
        if (numbers.Length > 1)
            numbers = [.. TableProfile.Of(table).Columns.Where(column => column.Role == ColumnRole.Number).Select(column => column.Column)];
        return numbers.Length == 1
            ? numbers[0]
            : throw new InvalidDataException($"TimeSeries: needs to know which column, as the table has {numbers.Length} of numbers that vary and are no count.\nName one of: {Names(table.Columns)}.");
    }

    private static string[] Labelled(CsvColumn dates)
    {
        string[] labels = [.. dates.Codes.ToArray().Select(code => dates.Levels[code])];
        for (var row = 1; row < labels.Length; row++)
            if (TimeOf(labels[row]) <= TimeOf(labels[row - 1]))
                throw new InvalidDataException($"TimeSeries: needs rows in order of time, but in column '{dates.Name}' {labels[row]} comes after {labels[row - 1]}, in row {row} (counted from 0).\nSort the file, and keep one series in it.");
        return labels;
    }

    private static bool IsOfDates(CsvColumn column) =>
        column.Kind == ColumnKind.Category && column.Gaps == 0 && column.Levels.Count > 0 && column.Levels.All(level => TimeOf(level) is not null);

    private static DateTime? TimeOf(string text) =>
        DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static string Names(IEnumerable<CsvColumn> columns) => string.Join(", ", columns.Select(column => column.Name));

    private static void Interpolate(double[] numbers)
    {
        int[] known = [.. Enumerable.Range(0, numbers.Length).Where(at => !double.IsNaN(numbers[at]))];
        Array.Fill(numbers, numbers[known[0]], 0, known[0]);
        Array.Fill(numbers, numbers[known[^1]], known[^1], numbers.Length - known[^1]);
        foreach (var (before, after) in known.Zip(known.Skip(1)))
            for (var at = before + 1; at < after; at++)
                numbers[at] = numbers[before] + (numbers[after] - numbers[before]) * (at - before) / (after - before);
    }
}
