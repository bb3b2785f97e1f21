using GpuNN.Kernels;

namespace GpuNN;

/// <summary>What becomes of gaps when a table is made a data set.</summary>
public enum Gaps
{
    /// <summary>An error that names the column and the row.</summary>
    Refuse,

    /// <summary>Rows with a gap in a column that is used are left out.</summary>
    DropRow,

    /// <summary>The column's mean, or its most frequent level. The column is that of this table: split first, so that
    /// nothing is learned from the test part, or use <see cref="Keep"/>.</summary>
    Fill,

    /// <summary>Numbers stay NaN, and a gap is a level of its own, "missing". A gap in the target is refused.</summary>
    Keep,
}

/// <summary>Named columns of equal length, numbers and categories; see <see cref="Csv"/>.</summary>
public sealed class CsvTable
{
    /// <summary>A table of these columns.</summary>
    /// <exception cref="InvalidDataException">Names come twice, or lengths differ.</exception>
    public CsvTable(IReadOnlyList<CsvColumn> columns)
    {
        if (columns.Count == 0)
            throw new InvalidDataException("A table needs at least one column.");
        foreach (var column in columns)
        {
            if (columns.Count(other => other.Name == column.Name) > 1)
                throw new InvalidDataException($"Each column of a table needs a name of its own, but '{column.Name}' comes twice.");
            if (column.Count != columns[0].Count)
                throw new InvalidDataException($"The columns of a table need as many rows each, but '{columns[0].Name}' has {columns[0].Count} and '{column.Name}' {column.Count}.");
        }
        Columns = columns;
    }

    /// <summary>The columns in the order of the file.</summary>
    public IReadOnlyList<CsvColumn> Columns { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Columns[0].Count;

    /// <summary>The column of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public CsvColumn this[string name] => Columns.FirstOrDefault(column => column.Name == name) ?? throw new KeyNotFoundException(
        $"The table has no column '{name}'.\nIts columns are {string.Join(", ", Columns.Select(column => column.Name))}.");

    /// <summary>These rows, in that order. Categories keep their levels.</summary>
    public CsvTable Subset(ReadOnlySpan<int> rows)
    {
        var columns = new List<CsvColumn>();
        foreach (var column in Columns)
            columns.Add(column.Rows(rows));
        return new CsvTable(columns);
    }

    /// <summary>Cuts the table in two at random; both parts keep all levels, so their data sets fit each other.</summary>
    /// <param name="fraction">Part of the rows that go to the first table.</param>
    /// <param name="seed">Key of the shuffle.</param>
    public (CsvTable Train, CsvTable Test) Split(double fraction, ulong seed)
    {
        if (!(fraction > 0 && fraction < 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), $"Split needs a fraction between 0 and 1, both left out, but got {fraction}.");
        var order = new int[Count];
        Shuffling.Permutation(order, new Philox(Streams.Key(seed, "split")));
        var train = (int)Math.Round(Count * fraction, MidpointRounding.AwayFromZero);
        return (Subset(order.AsSpan(0, train)), Subset(order.AsSpan(train)));
    }

    /// <summary>
    /// Makes the rows samples: a number column one input, a category column one input a level (1 where the row has it). The
    /// target is a number to predict, or the class where its column holds categories.
    /// </summary>
    /// <param name="target">Name of the column to predict; null for none.</param>
    /// <param name="ignore">Names of columns to leave out.</param>
    /// <param name="gaps">What becomes of gaps.</param>
    /// <param name="mostLevels">More levels than this in an input are refused: it is text, not a category.</param>
    /// <exception cref="InvalidDataException">A gap is refused, a column has no value at all, or too many levels.</exception>
    public DataSet ToDataSet(
        string? target = null, IReadOnlyCollection<string>? ignore = null, Gaps gaps = Gaps.Refuse, int mostLevels = 100)
    {
        foreach (var name in ignore ?? [])
            _ = this[name];
        var targetColumn = target is null ? null : this[target];
        CsvColumn[] inputs = [.. Columns.Where(column => column != targetColumn && ignore?.Contains(column.Name) != true)];
        if (inputs.Length == 0)
            throw new InvalidDataException("A data set needs at least one input column, but every column is the target or ignored.");
        foreach (var column in inputs)
            if (column.Levels.Count > mostLevels)
                throw new InvalidDataException(
                    $"Column '{column.Name}' has {column.Levels.Count} levels, more than {mostLevels}: it looks like free text.\n" +
                    $"Leave it out with ignore: [\"{column.Name}\"], or raise mostLevels.");

        var rows = CsvRows.Kept(inputs, targetColumn, Count, gaps);
        return CsvRows.Assemble(inputs, targetColumn, rows, gaps);
    }
}
