using System.Text.Json.Serialization;

namespace GpuNN;

/// <summary>
/// Standardises each column: y = (x - mean) / deviation, with the mean and the standard deviation (over n) of the rows fitted
/// to. A constant column becomes 0, and comes back as its constant. NaN is missing: left out of the statistics, left as it is.
/// Source: Welford (1962), "Note on a method for calculating corrected sums of squares and products", in double precision.
/// </summary>
public sealed class StandardScaler : Preparation
{
    /// <summary>A scaler that has learned nothing yet.</summary>
    public StandardScaler() { }

    /// <summary>A scaler of known statistics.</summary>
    [JsonConstructor]
    public StandardScaler(double[] means, double[] deviations)
    {
        if (means.Length != deviations.Length)
            throw new ArgumentException($"As many means as deviations are needed, but got {means.Length} and {deviations.Length}.");
        (Means, Deviations) = (means, deviations);
    }

    /// <summary>The mean of each column; 0 where a column had no number.</summary>
    public double[] Means { get; private set; } = [];

    /// <summary>The standard deviation of each column; 0 where it is constant.</summary>
    public double[] Deviations { get; private set; } = [];

    /// <inheritdoc/>
    public override int Columns => Means.Length;

    private protected override void Learn(ReadOnlySpan<float> rows, int columns)
    {
        var means = new double[columns];
        var squares = new double[columns];
        var counts = new long[columns];
        for (var at = 0; at < rows.Length; at++)
        {
            double x = rows[at];
            if (double.IsNaN(x))
                continue;
            var column = at % columns;
            var away = x - means[column];
            means[column] += away / ++counts[column];
            squares[column] += away * (x - means[column]);
        }
        for (var column = 0; column < columns; column++)
            squares[column] = counts[column] == 0 ? 0 : Math.Sqrt(squares[column] / counts[column]);
        (Means, Deviations) = (means, squares);
    }

    private protected override void Change(Span<float> row)
    {
        for (var column = 0; column < row.Length; column++)
            row[column] = Deviations[column] > 0
                ? (float)((row[column] - Means[column]) / Deviations[column])
                : float.IsNaN(row[column]) ? float.NaN : 0;
    }

    private protected override void ChangeBack(Span<float> row)
    {
        for (var column = 0; column < row.Length; column++)
            row[column] = (float)(row[column] * Deviations[column] + Means[column]);
    }
}
