using System.Text.Json.Serialization;

namespace GpuNN;

/// <summary>
/// Scales each column linearly so that the rows fitted to fill [low, high]; other rows may leave it. A constant column
/// becomes the middle, and comes back as its constant. NaN is missing: left out of the limits, left as it is.
/// </summary>
public sealed class MinMaxScaler : Preparation
{
    /// <summary>A scaler that has learned nothing yet.</summary>
    /// <param name="low">What the least value becomes.</param>
    /// <param name="high">What the greatest value becomes.</param>
    public MinMaxScaler(double low = 0, double high = 1) : this(low, high, [], []) { }

    /// <summary>A scaler of known limits.</summary>
    [JsonConstructor]
    public MinMaxScaler(double low, double high, double[] least, double[] greatest)
    {
        if (!(low < high) || !double.IsFinite(high - low))
            throw new ArgumentException($"A range needs low < high, both finite, but got {low} to {high}.");
        if (least.Length != greatest.Length)
            throw new ArgumentException($"As many least as greatest values are needed, but got {least.Length} and {greatest.Length}.");
        (Low, High, Least, Greatest) = (low, high, least, greatest);
    }

    /// <summary>What the least value becomes.</summary>
    public double Low { get; }

    /// <summary>What the greatest value becomes.</summary>
    public double High { get; }

    /// <summary>The least value of each column.</summary>
    public double[] Least { get; private set; }

    /// <summary>The greatest value of each column.</summary>
    public double[] Greatest { get; private set; }

    /// <inheritdoc/>
    public override int Columns => Least.Length;

    private protected override void Learn(ReadOnlySpan<float> rows, int columns)
    {
        var least = new double[columns];
        var greatest = new double[columns];
        var known = new bool[columns];
        for (var at = 0; at < rows.Length; at++)
        {
            double x = rows[at];
            if (double.IsNaN(x))
                continue;
            var column = at % columns;
            least[column] = known[column] ? Math.Min(least[column], x) : x;
            greatest[column] = known[column] ? Math.Max(greatest[column], x) : x;
            known[column] = true;
        }
        (Least, Greatest) = (least, greatest);
    }

    private protected override void Change(Span<float> row)
    {
        for (var column = 0; column < row.Length; column++)
        {
            var width = Greatest[column] - Least[column];
            row[column] = width > 0
                ? (float)(Low + (High - Low) * ((row[column] - Least[column]) / width))
                : float.IsNaN(row[column]) ? float.NaN : (float)((Low + High) / 2);
        }
    }

    private protected override void ChangeBack(Span<float> row)
    {
        for (var column = 0; column < row.Length; column++)
            row[column] = (float)(Least[column] + (Greatest[column] - Least[column]) * ((row[column] - Low) / (High - Low)));
    }
}
