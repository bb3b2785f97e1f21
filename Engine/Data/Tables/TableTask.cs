using System.Globalization;

namespace GpuNN;

/// <summary>What is asked about the target.</summary>
public enum TaskKind
{
    /// <summary>How much: a number.</summary>
    Regression,

    /// <summary>Which: a class.</summary>
    Classification,
}

/// <summary>
/// What there is to learn in a table: the column to predict, whether it holds numbers or classes, and the columns to predict it from.
/// What is not told is found. The target is the usable column called target, label, class, outcome, response or y; else the only
/// usable category; else the last usable column. It is a class where it holds categories, or at most 10 different whole numbers each of
/// which comes 5 times or more on average. Inputs are all other usable columns of the <see cref="TableProfile"/>.
/// </summary>
public sealed class TableTask
{
    private const int MostClassesOfNumbers = 10;
    private const int LeastRowsAClass = 5;

    private static readonly string[] namesOfTargets = ["target", "label", "class", "outcome", "response", "y"];

    private TableTask(CsvTable table, string target, string reason, TaskKind kind, IReadOnlyList<string> inputs, IReadOnlyList<ProfiledColumn> leftOut) =>
        (Table, Target, Reason, Kind, Inputs, LeftOut) = (table, target, reason, kind, inputs, leftOut);

    /// <summary>The rows whose target is known; a target of classes is a category here.</summary>
    public CsvTable Table { get; }

    /// <summary>The column to predict.</summary>
    public string Target { get; }

    /// <summary>Why it is that one, for people.</summary>
    public string Reason { get; }

    /// <summary>Whether a number or a class is predicted.</summary>
    public TaskKind Kind { get; }

    /// <summary>The columns to predict it from.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The columns that are good for nothing, with the role that says why.</summary>
    public IReadOnlyList<ProfiledColumn> LeftOut { get; }

    /// <summary>Finds what is not told.</summary>
    /// <param name="table">The table.</param>
    /// <param name="target">The column to predict; null to find it.</param>
    /// <param name="kind">Whether it is a number or a class; null to find out.</param>
    /// <param name="ignore">Columns that are not to be used.</param>
    /// <exception cref="KeyNotFoundException">A column that was told is not there.</exception>
    /// <exception cref="InvalidDataException">There is nothing to predict, or nothing to predict it from.</exception>
    public static TableTask Find(CsvTable table, string? target = null, TaskKind? kind = null, IReadOnlyCollection<string>? ignore = null)
    {
        foreach (var name in ignore ?? [])
            _ = table[name];
        var profile = TableProfile.Of(table).Columns.Where(column => ignore?.Contains(column.Column.Name) != true).ToList();
        var (chosen, reason) = target is null ? Obvious(profile) : (table[target], "as told");
        var role = TableProfile.Of(new CsvTable([chosen])).Columns[0].Role;
        if (role is ColumnRole.Constant or ColumnRole.Text)
            throw new InvalidDataException($"TableTask: needs a target with numbers or a few classes, but '{chosen.Name}' is {(role == ColumnRole.Constant ? "constant" : "free text")}.\nThe usable columns are {Names(profile.Where(column => column.IsUsable))}.");
        var found = kind ?? (IsOfClasses(chosen) ? TaskKind.Classification : TaskKind.Regression);
        if (found == TaskKind.Regression && chosen.Kind == ColumnKind.Category)
            throw new InvalidDataException($"TableTask: regression needs a target of numbers, but '{chosen.Name}' holds text such as '{chosen.Levels[0]}'.\nAsk for classification, or predict another column.");

        string[] inputs = [.. profile.Where(column => column.IsUsable && column.Column.Name != chosen.Name).Select(column => column.Column.Name)];
        if (inputs.Length == 0)
            throw new InvalidDataException($"TableTask: needs at least one column to predict '{chosen.Name}' from, but no other one is usable:\n{TableProfile.Of(table)}");
        int[] known = [.. Enumerable.Range(0, table.Count).Where(row => !chosen.IsGap(row))];
        var asked = (found == TaskKind.Classification && chosen.Kind == ColumnKind.Number ? AsCategory(chosen) : chosen).Rows(known);
        var rows = table.Subset(known);
        return new TableTask(
            new CsvTable([.. rows.Columns.Select(column => column.Name == chosen.Name ? asked : column)]),
            chosen.Name, reason, found, inputs, [.. profile.Where(column => !column.IsUsable && column.Column.Name != chosen.Name)]);
    }

    private static (CsvColumn Column, string Reason) Obvious(List<ProfiledColumn> profile)
    {
        var usable = profile.Where(column => column.IsUsable).ToList();
        if (usable.Count == 0)
            throw new InvalidDataException("TableTask: needs a column to predict, but none is usable.\nCheck how the file was read: delimiter, header, gap words.");
        if (usable.Find(column => namesOfTargets.Contains(column.Column.Name, StringComparer.OrdinalIgnoreCase)) is { } named)
            return (named.Column, "by its name");
        var categories = usable.FindAll(column => column.Role == ColumnRole.Category);
        return categories.Count == 1 ? (categories[0].Column, "the only column of categories") : (usable[^1].Column, "the last usable column");
    }

    private static bool IsOfClasses(CsvColumn column)
    {
        if (column.Kind == ColumnKind.Category)
            return true;
        double[] known = [.. column.Numbers.ToArray().Where(value => !double.IsNaN(value))];
        var different = known.Distinct().Count();
        return known.All(double.IsInteger) && different <= MostClassesOfNumbers && known.Length >= LeastRowsAClass * different;
    }

    private static CsvColumn AsCategory(CsvColumn column) => CsvColumn.OfCategories(
        column.Name, [.. column.Numbers.ToArray().Select(value => double.IsNaN(value) ? null : value.ToString(CultureInfo.InvariantCulture))]);

    private static string Names(IEnumerable<ProfiledColumn> columns) => string.Join(", ", columns.Select(column => column.Column.Name));
}
