namespace GpuNN;

/// <summary>What a column of a table holds.</summary>
public enum ColumnKind
{
    /// <summary>Numbers; a gap is NaN.</summary>
    Number,

    /// <summary>One of a set of levels; a gap is the code -1.</summary>
    Category,
}

/// <summary>A named column of a <see cref="CsvTable"/>.</summary>
public sealed class CsvColumn
{
    /// <summary>The code of a gap in a column of categories.</summary>
    public const int Gap = -1;

    private readonly double[] numbers;
    private readonly int[] codes;

    private CsvColumn(string name, ColumnKind kind, double[] numbers, int[] codes, IReadOnlyList<string> levels) =>
        (Name, Kind, this.numbers, this.codes, Levels) = (name, kind, numbers, codes, levels);

    /// <summary>Name of the column.</summary>
    public string Name { get; }

    /// <summary>What it holds.</summary>
    public ColumnKind Kind { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Kind == ColumnKind.Number ? numbers.Length : codes.Length;

    /// <summary>The numbers of a number column; NaN is a gap.</summary>
    public ReadOnlySpan<double> Numbers => numbers;

    /// <summary>The codes of a category column, places in <see cref="Levels"/>; -1 is a gap.</summary>
    public ReadOnlySpan<int> Codes => codes;

    /// <summary>The levels of a category column: in order of value where all are numbers, else in ordinal order.</summary>
    public IReadOnlyList<string> Levels { get; }

    /// <summary>Whether a row has no value.</summary>
    public bool IsGap(int row) => Kind == ColumnKind.Number ? double.IsNaN(numbers[row]) : codes[row] == Gap;

    /// <summary>Number of rows without a value.</summary>
    public int Gaps => Enumerable.Range(0, Count).Count(IsGap);

    /// <summary>A column of numbers; NaN is a gap.</summary>
    public static CsvColumn OfNumbers(string name, double[] numbers) => new(name, ColumnKind.Number, numbers, [], []);

    /// <summary>A column of categories; null is a gap. Its levels do not depend on the order of the rows.</summary>
    public static CsvColumn OfCategories(string name, IReadOnlyList<string?> values)
    {
        var distinct = values.Where(value => value is not null).Select(value => value!).Distinct().ToArray();
        var asNumbers = new double[distinct.Length];
        var allNumbers = true;
        for (var at = 0; at < distinct.Length; at++)
            allNumbers &= Csv.TryNumber(distinct[at], out asNumbers[at]);
        Array.Sort(distinct, StringComparer.Ordinal);
        if (allNumbers)
            distinct = [.. distinct.OrderBy(level => Csv.TryNumber(level, out var value) ? value : 0)];
        var codeOf = distinct.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        return new CsvColumn(name, ColumnKind.Category, [], [.. values.Select(value => value is null ? Gap : codeOf[value])], distinct);
    }

    /// <summary>The same column with other rows; a category column keeps its levels.</summary>
    public CsvColumn Rows(ReadOnlySpan<int> rows)
    {
        var chosenNumbers = new double[Kind == ColumnKind.Number ? rows.Length : 0];
        var chosenCodes = new int[Kind == ColumnKind.Category ? rows.Length : 0];
        for (var at = 0; at < rows.Length; at++)
        {
            if (Kind == ColumnKind.Number)
                chosenNumbers[at] = numbers[rows[at]];
            else
                chosenCodes[at] = codes[rows[at]];
        }
        return new CsvColumn(Name, Kind, chosenNumbers, chosenCodes, Levels);
    }
}
