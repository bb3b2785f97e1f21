namespace GpuNN;

/// <summary>
/// Makes rows of a table inputs of a network, by what the training part taught. A number column becomes standard deviations from
/// its mean, with 0 for a gap, and where the training part has gaps a second column that is 1 at a gap. A category becomes a column
/// of 0 and 1 for each level of the training part, a gap among them; a level that it does not have is all zeros.
/// Shapes: rows of the table, result (rows, columns). Scaling: <see cref="StandardScaler"/>; levels: <see cref="OneHotEncoder"/>.
/// </summary>
public sealed class TableEncoder
{
    private const string MissingEnd = " missing";
    private readonly string[] inputs;
    private readonly StandardScaler scaler = new();
    private readonly OneHotEncoder encoder = new(UnknownLevel.Ignore);
    private string[] numbers = [];
    private string[] gapped = [];
    private string[] categories = [];

    /// <summary>An encoder that has learned nothing yet.</summary>
    /// <param name="inputs">Names of the columns to use; at least one.</param>
    public TableEncoder(IReadOnlyList<string> inputs)
    {
        if (inputs.Count == 0)
            throw new ArgumentException("TableEncoder: needs at least one column, but got none.\nTableTask finds those that are usable.", nameof(inputs));
        this.inputs = [.. inputs];
    }

    /// <summary>The name of each number of an encoded row.</summary>
    public IReadOnlyList<string> ColumnNames { get; private set; } = [];

    /// <summary>Which numbers of an encoded row come from each input, in the order of the inputs: its value and its gap, or its levels.</summary>
    public IReadOnlyList<(string Input, int[] Columns)> Origins { get; private set; } = [];

    /// <summary>Learns means, deviations, levels and where gaps are. What was learned before is forgotten.</summary>
    /// <exception cref="KeyNotFoundException">The table lacks an input.</exception>
    /// <exception cref="InvalidDataException">The table has no row.</exception>
    public void Fit(CsvTable train)
    {
        if (train.Count == 0)
            throw new InvalidDataException("TableEncoder: needs at least one row to fit to, but the table is empty.");
        numbers = [.. inputs.Where(name => train[name].Kind == ColumnKind.Number)];
        gapped = [.. numbers.Where(name => train[name].Gaps > 0)];
        categories = [.. inputs.Except(numbers)];
        if (numbers.Length > 0)
            scaler.Fit(Numbers(train), numbers.Length);
        if (categories.Length > 0)
            encoder.Fit([.. categories.Select(name => (name, Levels(train[name])))]);
        ColumnNames = [.. numbers, .. gapped.Select(name => name + MissingEnd), .. categories.Length > 0 ? encoder.ColumnNames : []];
        Origins = [.. inputs.Select(name => (name, ColumnsOf(name)))];
    }

    /// <summary>Rows of a table as samples.</summary>
    /// <param name="rows">Rows with the columns that it was fitted to.</param>
    /// <param name="target">Name of the column to predict, without gaps: numbers or classes. Null for none.</param>
    /// <exception cref="InvalidOperationException">It was not fitted yet.</exception>
    /// <exception cref="KeyNotFoundException">The table lacks a column.</exception>
    /// <exception cref="InvalidDataException">The target has a gap, or a column is of another kind than in Fit.</exception>
    public DataSet Transform(CsvTable rows, string? target = null)
    {
        if (ColumnNames.Count == 0)
            throw new InvalidOperationException("TableEncoder has nothing to go by yet.\nCall Fit on the training part first.");
        foreach (var name in inputs)
            if (rows[name].Kind == ColumnKind.Number != numbers.Contains(name))
                throw new InvalidDataException($"TableEncoder: column '{name}' held {(numbers.Contains(name) ? "numbers" : "categories")} in Fit, but here it does not.\nRead both tables with the same CsvFormat.");

        var width = ColumnNames.Count;
        var values = new float[(long)rows.Count * width];
        if (numbers.Length > 0)
            WriteNumbers(rows, values, width);
        if (categories.Length > 0)
        {
            var levels = encoder.Transform([.. categories.Select(name => Levels(rows[name]))]);
            var known = encoder.ColumnNames.Count;
            for (var row = 0; row < rows.Count; row++)
                levels.AsSpan(row * known, known).CopyTo(values.AsSpan(row * width + width - known));
        }
        return Labelled(values, width, target is null ? null : rows[target]);
    }

    private void WriteNumbers(CsvTable rows, float[] values, int width)
    {
        var scaled = Numbers(rows);
        scaler.Transform(scaled);
        for (var row = 0; row < rows.Count; row++)
        {
            var result = values.AsSpan(row * width, width);
            for (var column = 0; column < numbers.Length; column++)
                if (scaled[row * numbers.Length + column] is var value && !float.IsNaN(value))
                    result[column] = value;
            for (var column = 0; column < gapped.Length; column++)
                result[numbers.Length + column] = rows[gapped[column]].IsGap(row) ? 1 : 0;
        }
    }

    private DataSet Labelled(float[] values, int width, CsvColumn? target)
    {
        if (target?.Gaps > 0)
            throw new InvalidDataException($"TableEncoder: a target must be known in every row, but '{target.Name}' has {target.Gaps} gaps.\nTableTask leaves such rows out.");
        return target?.Kind switch
        {
            null => DataSet.Of(values, [width], ColumnNames),
            ColumnKind.Number => DataSet.WithTargets(values, [width], [.. target.Numbers.ToArray().Select(value => (float)value)], [1], ColumnNames),
            _ => DataSet.WithLabels(values, [width], target.Codes.ToArray(), target.Levels.Count, target.Levels, ColumnNames),
        };
    }

    private float[] Numbers(CsvTable rows)
    {
        var values = new float[(long)rows.Count * numbers.Length];
        for (var column = 0; column < numbers.Length; column++)
        {
            var source = rows[numbers[column]].Numbers;
            for (var row = 0; row < source.Length; row++)
                values[row * numbers.Length + column] = (float)source[row];
        }
        return values;
    }

    private static string?[] Levels(CsvColumn column) =>
        [.. column.Codes.ToArray().Select(code => code == CsvColumn.Gap ? null : column.Levels[code])];

    private int[] ColumnsOf(string input)
    {
        if (Array.IndexOf(numbers, input) is >= 0 and var number)
            return Array.IndexOf(gapped, input) is >= 0 and var gap ? [number, numbers.Length + gap] : [number];
        var first = numbers.Length + gapped.Length;
        var category = Array.IndexOf(categories, input);
        for (var before = 0; before < category; before++)
            first += encoder.Levels[before].Length;
        return [.. Enumerable.Range(first, encoder.Levels[category].Length)];
    }
}
