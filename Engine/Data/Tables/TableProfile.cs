namespace GpuNN;

/// <summary>
/// What each column of a table is good for, found from its values:
/// a constant has fewer than two different values; an identifier holds whole numbers that are all different, and is called id or
/// the like or counts up by one from 0 or 1; text has more than 100 levels, or more than 20 and a level for every second row;
/// what is left are numbers and categories.
/// </summary>
public sealed class TableProfile
{
    private const int MostLevels = 100;
    private const int FewLevels = 20;

    private static readonly string[] namesOfIdentifiers = ["id", "index", "key", "row", "no", "nr", "number", "identifier"];

    private TableProfile(IReadOnlyList<ProfiledColumn> columns) => Columns = columns;

    /// <summary>The columns in the order of the table.</summary>
    public IReadOnlyList<ProfiledColumn> Columns { get; }

    /// <summary>Looks at every column.</summary>
    public static TableProfile Of(CsvTable table) => new([.. table.Columns.Select(column => new ProfiledColumn(column, RoleOf(column)))]);

    /// <summary>A line a role: its name and the columns that have it.</summary>
    public override string ToString() => string.Join('\n', Columns.GroupBy(column => column.Role).OrderBy(group => group.Key)
        .Select(group => $"{group.Key}: {string.Join(", ", group.Select(column => column.Column.Name))}"));

    private static ColumnRole RoleOf(CsvColumn column)
    {
        if (column.Kind == ColumnKind.Category)
        {
            var levels = column.Codes.ToArray().Where(code => code != CsvColumn.Gap).Distinct().Count();
            return levels < 2 ? ColumnRole.Constant
                : levels > MostLevels || levels > FewLevels && levels > column.Count / 2 ? ColumnRole.Text
                : ColumnRole.Category;
        }
        double[] known = [.. column.Numbers.ToArray().Where(value => !double.IsNaN(value))];
        var different = known.Distinct().Count();
        return different < 2 ? ColumnRole.Constant
            : different == column.Count && known.All(double.IsInteger) && (IsCalledIdentifier(column.Name) || CountsUp(known)) ? ColumnRole.Identifier
            : ColumnRole.Number;
    }

    private static bool IsCalledIdentifier(string name) =>
        namesOfIdentifiers.Contains(name.Split('_', ' ', '-', '.')[^1], StringComparer.OrdinalIgnoreCase)
        || name.EndsWith("Id", StringComparison.Ordinal) || name.EndsWith("ID", StringComparison.Ordinal);

    private static bool CountsUp(double[] values) =>
        values[0] is 0 or 1 && values.Zip(values.Skip(1)).All(pair => pair.Second == pair.First + 1);
}

/// <summary>A column with what it is good for.</summary>
/// <param name="Column">The column.</param>
/// <param name="Role">What it is good for.</param>
public sealed record ProfiledColumn(CsvColumn Column, ColumnRole Role)
{
    /// <summary>Whether a model can learn from it.</summary>
    public bool IsUsable => Role is ColumnRole.Number or ColumnRole.Category;
}
