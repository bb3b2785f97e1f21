using System.Globalization;
using CsvHelper;

namespace GpuNN;

/// <summary>How a file of comma-separated values is read.</summary>
public sealed record CsvFormat
{
    /// <summary>What stands between two cells; null finds out from the first lines: a comma, a semicolon, a tab or a bar.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether the first line holds names; null finds out: it does, unless one of its cells is a number, with a comma or not.</summary>
    public bool? Header { get; init; }

    /// <summary>Names of the columns where the file has no header; "column 1" and so on where this is empty too.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>What columns hold, by name; a column not named here holds numbers if all its cells do, else categories.</summary>
    public IReadOnlyDictionary<string, ColumnKind> Kinds { get; init; } = new Dictionary<string, ColumnKind>();

    /// <summary>Cells that stand for a gap, in any case of letters.</summary>
    public IReadOnlyList<string> GapWords { get; init; } = ["", "?", "NA", "N/A", "NaN", "null"];
}

/// <summary>
/// Reads files of comma-separated values, plain or compressed with gzip, into a <see cref="CsvTable"/>. Numbers have a point; a column
/// of numbers with commas is refused, because it says too little what they mean: 1,234 is a thousand to some and one and a bit to others.
/// </summary>
public static class Csv
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file, plain or .gz.</param>
    /// <param name="format">How to read it; null for delimiter, names and kinds found out.</param>
    /// <exception cref="InvalidDataException">Lines differ in length, names come twice, or a number column holds text or commas.</exception>
    public static CsvTable Read(string path, CsvFormat? format = null)
    {
        using var stream = PlainOrGzip.OpenRead(path);
        using var reader = new StreamReader(stream);
        return Read(reader, format, path);
    }

    /// <summary>Reads all of a text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="format">How to read it; null for delimiter, names and kinds found out.</param>
    /// <param name="source">What to call the text in messages.</param>
    /// <exception cref="InvalidDataException">Lines differ in length, names come twice, or a number column holds text or commas.</exception>
    public static CsvTable Read(TextReader reader, CsvFormat? format = null, string source = "text")
    {
        format ??= new CsvFormat();
        var (lines, delimiter) = Lines(reader, format, source);
        if (lines.Count == 0)
            throw new InvalidDataException($"CSV {source}: needs at least one line, but it is empty.");

        var header = format.Header ?? !lines[0].Cells.Any(IsNumberOrHasCommas);
        var names = header ? lines[0].Cells : format.Names.Count > 0 ? [.. format.Names] : DefaultNames(lines[0].Cells.Length);
        if (header)
            lines.RemoveAt(0);
        CheckNames(names, format, source);
        foreach (var (number, cells) in lines)
            if (cells.Length != names.Length)
                throw new InvalidDataException(
                    $"CSV {source}, line {number}: needs {names.Length} cells like the {(header ? "header" : "names")}, but has {cells.Length}.\n" +
                    $"Check the delimiter ('{delimiter}'), and that cells with it inside stand in double quotes.");

        var gapWords = new HashSet<string>(format.GapWords, StringComparer.OrdinalIgnoreCase);
        return new CsvTable([.. names.Select((name, at) => ColumnOf(name, at))]);

        CsvColumn ColumnOf(string name, int at)
        {
            string?[] cells = [.. lines.Select(line => gapWords.Contains(line.Cells[at]) ? null : line.Cells[at])];
            var numbers = new double[cells.Length];
            for (var row = 0; row < cells.Length; row++)
            {
                if (cells[row] is not { } cell)
                {
                    numbers[row] = double.NaN;
                }
                else if (!TryNumber(cell, out numbers[row]))
                {
                    if (format.Kinds.TryGetValue(name, out var declared) && declared == ColumnKind.Number)
                        throw new InvalidDataException(
                            $"CSV {source}, line {lines[row].Number}: column '{name}' holds numbers, but here it has '{cell}'.\n" +
                            "Add the text to the gap words, or declare the column as categories.");
                    if (!format.Kinds.ContainsKey(name))
                        RefuseCommas(name, cells, format, delimiter, source);
                    return CsvColumn.OfCategories(name, cells);
                }
            }
            return format.Kinds.GetValueOrDefault(name, ColumnKind.Number) == ColumnKind.Category
                ? CsvColumn.OfCategories(name, cells)
                : CsvColumn.OfNumbers(name, numbers);
        }
    }

    internal static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static bool IsNumberOrHasCommas(string text) => TryNumber(text, out _) || HasCommas(text);

    private static bool HasCommas(string text) => text.Contains(',') && TryNumber(text.Replace(",", "").Replace(".", ""), out _);

    // The first is how such numbers look between semicolons or tabs, the second what is left of them where their commas were taken for delimiters.
    private static void RefuseCommas(string name, string?[] cells, CsvFormat format, char delimiter, string source)
    {
        string[] known = [.. cells.Where(cell => cell is not null).Select(cell => cell!)];
        if (known.All(IsNumberOrHasCommas))
            throw new InvalidDataException(
                $"CSV {source}: needs numbers with a point, but column '{name}' has some with commas, such as '{known.First(HasCommas)}'.\n" +
                "Write 1.5 for 1,5 and 1234 for 1,234, or declare the column as categories.");
        if (format.Delimiter is null && delimiter == ',' && known.All(cell => cell.IndexOfAny([';', '\t']) is > 0 and var at && TryNumber(cell[..at], out _)))
            throw new InvalidDataException(
                $"CSV {source}: commas and others could stand between the cells, for column '{name}' has cells such as '{known[0]}'.\n" +
                "Write numbers with a point, 1.5 for 1,5, or set Delimiter.");
    }

    private static (List<(long Number, string[] Cells)> Lines, char Delimiter) Lines(TextReader reader, CsvFormat format, string source)
    {
        var lines = new List<(long, string[])>();
        try
        {
            using var csv = CsvReader.Create(reader, new CsvReaderOptions
            {
                Separator = format.Delimiter,
                HasHeader = false,
                TrimWhitespace = true,
                SkipEmptyLines = true,
                TrackLineNumbers = true,
                MalformedData = CsvMalformedDataHandling.Throw,
            }, leaveOpen: true);
            while (csv.Read())
                lines.Add((csv.LineNumber, csv.Current.ToArray()));
            return (lines, csv.Separator);
        }
        catch (CsvFormatException exception)
        {
            throw new InvalidDataException($"CSV {source}, line {exception.LineNumber}: {exception.Message}\nCheck the double quotes of that line.", exception);
        }
    }

    private static void CheckNames(string[] names, CsvFormat format, string source)
    {
        foreach (var (at, name) in names.Index())
            if (name.Length == 0 || Array.IndexOf(names, name) < at)
                throw new InvalidDataException(
                    $"CSV {source}: each column needs a name of its own, but column {at + 1} is called '{name}'{(name.Length == 0 ? "" : " like another")}.\n" +
                    "Give names with Header = false and Names, or change the file.");
        foreach (var name in format.Kinds.Keys)
            if (Array.IndexOf(names, name) < 0)
                throw new InvalidDataException($"CSV {source}: there is no column '{name}' to declare.\nThe columns are {string.Join(", ", names)}.");
    }

    private static string[] DefaultNames(int count) => [.. Enumerable.Range(1, count).Select(number => $"column {number}")];
}
