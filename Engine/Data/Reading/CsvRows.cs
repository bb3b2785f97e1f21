namespace GpuNN;

/// <summary>Turns rows of columns into rows of numbers.</summary>
internal static class CsvRows
{
    private const string MissingLevel = "missing";

    /// <summary>The rows that stay under a policy for gaps.</summary>
    public static int[] Kept(CsvColumn[] inputs, CsvColumn? target, int count, Gaps gaps)
    {
        CsvColumn[] used = target is null ? inputs : [.. inputs, target];
        if (gaps == Gaps.DropRow)
            return [.. Enumerable.Range(0, count).Where(row => !used.Any(column => column.IsGap(row)))];
        foreach (var column in gaps == Gaps.Refuse ? used : target is null ? [] : [target])
            for (var row = 0; row < count; row++)
                if (column.IsGap(row))
                    throw new InvalidDataException(
                        $"Column '{column.Name}' has {column.Gaps} gaps, the first in row {row} (counted from 0, without the header)" +
                        (column == target ? ", and a target cannot be guessed.\nUse gaps: Gaps.DropRow." : ".\nUse gaps: Gaps.DropRow, Gaps.Fill or Gaps.Keep, or ignore the column."));
        return [.. Enumerable.Range(0, count)];
    }

    /// <summary>The data set of these rows.</summary>
    public static DataSet Assemble(CsvColumn[] inputs, CsvColumn? target, int[] rows, Gaps gaps)
    {
        var names = new List<string>();
        var blocks = new List<(CsvColumn Column, int First, int Width)>();
        foreach (var column in inputs)
        {
            var first = names.Count;
            if (column.Kind == ColumnKind.Number)
                names.Add(column.Name);
            else
                names.AddRange(column.Levels.Select(level => $"{column.Name}={level}"));
            // Whether a level for gaps is needed must not depend on the rows of one part of a split table: Keep always makes it.
            if (column.Kind == ColumnKind.Category && gaps == Gaps.Keep)
                names.Add($"{column.Name}={MissingLevel}");
            blocks.Add((column, first, names.Count - first));
        }

        var width = names.Count;
        if (width == 0)
            throw new InvalidDataException("A data set needs at least one input, but no input column has a value.");
        var values = new float[(long)rows.Length * width];
        foreach (var (column, first, levels) in blocks)
            if (column.Kind == ColumnKind.Number)
                WriteNumbers(column, rows, gaps, values, first, width);
            else
                WriteLevels(column, rows, gaps, values, first, width, levels);

        var keepsGaps = gaps == Gaps.Keep;
        return target?.Kind switch
        {
            null => DataSet.Of(values, [width], names, keepsGaps),
            ColumnKind.Number => DataSet.WithTargets(values, [width], [.. rows.Select(row => (float)target.Numbers[row])], [1], names, keepsGaps),
            _ => DataSet.WithLabels(values, [width], [.. rows.Select(row => target.Codes[row])], target.Levels.Count, target.Levels, names, keepsGaps),
        };
    }

    private static void WriteNumbers(CsvColumn column, int[] rows, Gaps gaps, float[] values, int first, int width)
    {
        var fill = double.NaN;
        if (gaps == Gaps.Fill && rows.Any(column.IsGap))
        {
            double[] known = [.. rows.Where(row => !column.IsGap(row)).Select(row => column.Numbers[row])];
            fill = known.Length > 0 ? known.Average() : throw NothingKnown(column);
        }
        for (var at = 0; at < rows.Length; at++)
            values[(long)at * width + first] = (float)(column.IsGap(rows[at]) ? fill : column.Numbers[rows[at]]);
    }

    private static void WriteLevels(CsvColumn column, int[] rows, Gaps gaps, float[] values, int first, int width, int levels)
    {
        var fill = levels - 1;
        if (gaps == Gaps.Fill && rows.Any(column.IsGap))
        {
            var counts = new int[column.Levels.Count];
            foreach (var row in rows)
                if (!column.IsGap(row))
                    counts[column.Codes[row]]++;
            var most = counts.DefaultIfEmpty().Max();
            fill = most > 0 ? Array.IndexOf(counts, most) : throw NothingKnown(column);
        }
        for (var at = 0; at < rows.Length; at++)
        {
            var code = column.Codes[rows[at]];
            values[(long)at * width + first + (code == CsvColumn.Gap ? fill : code)] = 1;
        }
    }

    private static InvalidDataException NothingKnown(CsvColumn column) =>
        new($"Column '{column.Name}' has no value at all to fill its gaps from.\nLeave it out with ignore: [\"{column.Name}\"].");
}
