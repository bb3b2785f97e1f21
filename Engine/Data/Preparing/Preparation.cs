using System.Text.Json;
using System.Text.Json.Serialization;

namespace GpuNN;

/// <summary>
/// A change of numbers, column by column, that is learned from one data set and then done to any: fit it to the training
/// part only. It can be written as text and read back, so that it can be stored with a model.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(StandardScaler), "standard")]
[JsonDerivedType(typeof(MinMaxScaler), "min-max")]
[JsonDerivedType(typeof(RobustScaler), "robust")]
public abstract class Preparation
{
    /// <summary>Number of columns that it was fitted to; 0 before.</summary>
    [JsonIgnore]
    public abstract int Columns { get; }

    /// <summary>Learns from the inputs of a data set; NaN counts as missing. What was learned before is forgotten.</summary>
    /// <exception cref="InvalidDataException">The set is empty.</exception>
    public void Fit(DataSet set) => Fit(set.Inputs.Span, (int)set.ItemShape.Elements);

    /// <summary>Learns from rows of numbers, one after the other; NaN counts as missing.</summary>
    /// <param name="rows">The numbers.</param>
    /// <param name="columns">Numbers in a row.</param>
    /// <exception cref="InvalidDataException">There is no row, or the rows are not whole.</exception>
    public void Fit(ReadOnlySpan<float> rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (rows.Length == 0)
            throw new InvalidDataException($"{GetType().Name} needs at least one row to fit to, but got none.");
        if (rows.Length % columns != 0)
            throw new InvalidDataException($"{GetType().Name} needs whole rows of {columns} numbers, but got {rows.Length:N0} numbers.");
        foreach (var value in rows)
            if (float.IsInfinity(value))
                throw new InvalidDataException($"{GetType().Name} needs finite numbers, but column {rows.IndexOf(value) % columns} of row {rows.IndexOf(value) / columns} is {value}.");
        Learn(rows, columns);
    }

    /// <summary>The same samples with changed inputs.</summary>
    /// <exception cref="InvalidOperationException">It was not fitted yet.</exception>
    /// <exception cref="InvalidDataException">The set has another number of columns than the one fitted to.</exception>
    public DataSet Transform(DataSet set)
    {
        Check((int)set.ItemShape.Elements);
        return set.Map((item, result) =>
        {
            item.CopyTo(result);
            Change(result);
        });
    }

    /// <summary>Changes rows of numbers in place; NaN stays NaN.</summary>
    /// <exception cref="InvalidOperationException">It was not fitted yet.</exception>
    /// <exception cref="InvalidDataException">The rows are not whole.</exception>
    public void Transform(Span<float> rows)
    {
        Check(rows.Length);
        for (var first = 0; first < rows.Length; first += Columns)
            Change(rows.Slice(first, Columns));
    }

    /// <summary>Changes rows of numbers back, in place.</summary>
    /// <exception cref="InvalidOperationException">It was not fitted yet.</exception>
    /// <exception cref="InvalidDataException">The rows are not whole.</exception>
    public void Inverse(Span<float> rows)
    {
        Check(rows.Length);
        for (var first = 0; first < rows.Length; first += Columns)
            ChangeBack(rows.Slice(first, Columns));
    }

    /// <summary>What was learned, as text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is something else.</exception>
    public static Preparation FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Preparation>(json) ?? throw new JsonException("it is null");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"A stored preparation was expected, but the text is none: {exception.Message}", exception);
        }
    }

    /// <summary>Learns from whole rows.</summary>
    private protected abstract void Learn(ReadOnlySpan<float> rows, int columns);

    /// <summary>Changes one row.</summary>
    private protected abstract void Change(Span<float> row);

    /// <summary>Changes one row back.</summary>
    private protected abstract void ChangeBack(Span<float> row);

    private void Check(int numbers)
    {
        if (Columns == 0)
            throw new InvalidOperationException($"{GetType().Name} has nothing to go by yet.\nCall Fit on the training part first.");
        if (numbers % Columns != 0)
            throw new InvalidDataException($"{GetType().Name} was fitted to {Columns} columns, but got {numbers:N0} numbers.\nUse the same columns as for Fit.");
    }
}
