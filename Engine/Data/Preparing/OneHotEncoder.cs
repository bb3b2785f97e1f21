using System.Text.Json;
using System.Text.Json.Serialization;

namespace GpuNN;

/// <summary>What becomes of a level that the encoder was not fitted to.</summary>
public enum UnknownLevel
{
    /// <summary>An error that names the column, the row and the level.</summary>
    Refuse,

    /// <summary>All columns of that category are 0.</summary>
    Ignore,
}

/// <summary>
/// Writes categories as columns of 0 and 1: k levels become k columns, or k - 1 with <see cref="DropFirst"/>, where the first
/// level is all zeros, so that with a bias the columns are not linearly dependent. A gap (null) is a level of its own,
/// "missing", where the rows fitted to had one, and an unknown level otherwise. Levels are in ordinal order.
/// Shapes: values (rows, categories), result (rows, columns).
/// </summary>
public sealed class OneHotEncoder
{
    private const string Missing = "missing";
    private Dictionary<string, int>[] codes = [];

    /// <summary>An encoder that has learned nothing yet.</summary>
    /// <param name="handleUnknown">What becomes of a level that was not there in Fit.</param>
    /// <param name="dropFirst">Leaves out the first level's column; cannot go with ignoring unknown levels, which would look the same.</param>
    public OneHotEncoder(UnknownLevel handleUnknown = UnknownLevel.Refuse, bool dropFirst = false)
    {
        if (handleUnknown == UnknownLevel.Ignore && dropFirst)
            throw new ArgumentException("With dropFirst a row of zeros is the first level, so an unknown level cannot be zeros too.\nRefuse unknown levels, or keep the first column.");
        (HandleUnknown, DropFirst) = (handleUnknown, dropFirst);
    }

    /// <summary>An encoder of known levels.</summary>
    [JsonConstructor]
    public OneHotEncoder(UnknownLevel handleUnknown, bool dropFirst, string[] names, string?[][] levels) : this(handleUnknown, dropFirst) =>
        Take(names, levels);

    /// <summary>What becomes of a level that was not there in Fit.</summary>
    public UnknownLevel HandleUnknown { get; }

    /// <summary>Whether the first level of each category has no column.</summary>
    public bool DropFirst { get; }

    /// <summary>Names of the categories.</summary>
    public string[] Names { get; private set; } = [];

    /// <summary>The levels of each category; null, always the last, is the gap.</summary>
    public string?[][] Levels { get; private set; } = [];

    /// <summary>Names of the columns written: category=level.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> ColumnNames { get; private set; } = [];

    /// <summary>Learns the levels of categories, each given as its values row by row; null is a gap.</summary>
    /// <exception cref="InvalidDataException">No category or row, names that come twice, or lengths that differ.</exception>
    public void Fit(params ReadOnlySpan<(string Name, IReadOnlyList<string?> Values)> categories)
    {
        var names = new List<string>();
        var levels = new List<string?[]>();
        foreach (var (name, values) in categories)
        {
            if (values.Count == 0 || values.Count != categories[0].Values.Count)
                throw new InvalidDataException($"OneHotEncoder needs as many rows in each category, and at least one, but '{name}' has {values.Count} and '{categories[0].Name}' {categories[0].Values.Count}.");
            names.Add(name);
            levels.Add([.. values.Where(value => value is not null).Distinct().Order(StringComparer.Ordinal), .. values.Contains(null) ? (string?[])[null] : []]);
        }
        if (names.Count == 0)
            throw new InvalidDataException("OneHotEncoder needs at least one category to fit to, but got none.");
        Take([.. names], [.. levels]);
    }

    /// <summary>Writes the categories, in the order of Fit, as rows of 0 and 1.</summary>
    /// <exception cref="InvalidOperationException">It was not fitted yet.</exception>
    /// <exception cref="InvalidDataException">A level is unknown and refused, or there are other categories than in Fit.</exception>
    public float[] Transform(params ReadOnlySpan<IReadOnlyList<string?>> categories)
    {
        CheckFitted();
        if (categories.Length != Names.Length)
            throw new InvalidDataException($"OneHotEncoder was fitted to {Names.Length} categories ({string.Join(", ", Names)}), but got {categories.Length}.");
        var rows = categories[0].Count;
        var result = new float[(long)rows * ColumnNames.Count];
        var first = 0;
        for (var category = 0; category < Names.Length; category++)
        {
            var values = categories[category];
            if (values.Count != rows)
                throw new InvalidDataException($"OneHotEncoder needs as many rows in each category, but '{Names[category]}' has {values.Count} and '{Names[0]}' {rows}.");
            for (var row = 0; row < rows; row++)
            {
                var column = codes[category].TryGetValue(Key(values[row]), out var code) ? code - (DropFirst ? 1 : 0)
                    : HandleUnknown == UnknownLevel.Ignore ? -1
                    : throw new InvalidDataException(
                        $"OneHotEncoder: category '{Names[category]}' has the unknown level {(values[row] is { } level ? $"'{level}'" : "(gap)")} in row {row}.\n" +
                        $"Fit it to data with all levels, or ignore unknown ones. It knows {string.Join(", ", Levels[category].Select(known => known ?? "(gap)"))}.");
                if (column >= 0)
                    result[(long)row * ColumnNames.Count + first + column] = 1;
            }
            first += Width(category);
        }
        return result;
    }

    /// <summary>The levels that rows stand for: the column with the greatest value, where it is at least a half; else the dropped first level, or null.</summary>
    /// <param name="rows">Rows of numbers, as written or as predicted.</param>
    /// <returns>For each category its values row by row.</returns>
    /// <exception cref="InvalidOperationException">It was not fitted yet.</exception>
    /// <exception cref="InvalidDataException">The rows are not whole.</exception>
    public string?[][] Inverse(ReadOnlySpan<float> rows)
    {
        CheckFitted();
        var width = ColumnNames.Count;
        if (width == 0 || rows.Length % width != 0)
            throw new InvalidDataException($"OneHotEncoder writes {width} columns, but got {rows.Length:N0} numbers to take back.");
        var result = Names.Select(_ => new string?[0]).ToArray();
        var first = 0;
        for (var category = 0; category < Names.Length; category++)
        {
            var values = new string?[rows.Length / width];
            for (var row = 0; row < values.Length; row++)
            {
                var block = rows.Slice(row * width + first, Width(category));
                var best = 0;
                for (var column = 1; column < block.Length; column++)
                    if (block[column] > block[best])
                        best = column;
                values[row] = block.Length > 0 && block[best] >= 0.5f ? Levels[category][best + (DropFirst ? 1 : 0)]
                    : DropFirst ? Levels[category][0] : null;
            }
            result[category] = values;
            first += Width(category);
        }
        return result;
    }

    /// <summary>What was learned, as text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is something else.</exception>
    public static OneHotEncoder FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<OneHotEncoder>(json) ?? throw new JsonException("it is null");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or NullReferenceException)
        {
            throw new InvalidDataException($"A stored encoder was expected, but the text is none: {exception.Message}", exception);
        }
    }

    // Levels may be any text, so the key of a gap starts with a character that the key of a level never starts with.
    private static string Key(string? level) => level is null ? "?" : "=" + level;

    private int Width(int category) => Levels[category].Length - (DropFirst ? 1 : 0);

    private void Take(string[] names, string?[][] levels)
    {
        var columns = new List<string>();
        for (var category = 0; category < names.Length; category++)
            foreach (var level in levels[category].Skip(DropFirst ? 1 : 0))
                columns.Add($"{names[category]}={level ?? Missing}");
        foreach (var all in new[] { [.. names], columns })
            if (all.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new InvalidDataException($"OneHotEncoder: the name '{twice.Key}' would stand for {twice.Count()} things.\nGive each category a name of its own, and levels other than '{Missing}' beside gaps.");
        (Names, Levels, ColumnNames) = (names, levels, columns);
        codes = [.. levels.Select(known => known.Index().ToDictionary(pair => Key(pair.Item), pair => pair.Index, StringComparer.Ordinal))];
    }

    private void CheckFitted()
    {
        if (Names.Length == 0)
            throw new InvalidOperationException("OneHotEncoder has nothing to go by yet.\nCall Fit on the training part first.");
    }
}
