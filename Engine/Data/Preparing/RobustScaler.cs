using System.Text.Json.Serialization;

namespace GpuNN;

/// <summary>
/// Scales each column by what outliers do not move: y = (x - median) / (upper - lower quartile) of the rows fitted to. A column whose
/// quartiles are equal becomes x - median, so a constant one becomes 0. NaN is missing: left out of the statistics, left as it is.
/// Quartiles lie between two values in proportion. Source: Hyndman and Fan (1996), "Sample quantiles in statistical packages", type 7.
/// </summary>
public sealed class RobustScaler : Preparation
{
    /// <summary>A scaler that has learned nothing yet.</summary>
    public RobustScaler() : this([], []) { }

    /// <summary>A scaler of known statistics.</summary>
    [JsonConstructor]
    public RobustScaler(double[] medians, double[] ranges)
    {
        if (medians.Length != ranges.Length)
            throw new ArgumentException($"As many medians as ranges are needed, but got {medians.Length} and {ranges.Length}.");
        (Medians, Ranges) = (medians, ranges);
    }

    /// <summary>The median of each column; 0 where a column had no number.</summary>
    public double[] Medians { get; private set; }

    /// <summary>The distance of the quartiles of each column; 1 where they are equal.</summary>
    public double[] Ranges { get; private set; }

    /// <inheritdoc/>
    public override int Columns => Medians.Length;

    private protected override void Learn(ReadOnlySpan<float> rows, int columns)
    {
        var medians = new double[columns];
        var ranges = new double[columns];
        var values = new List<float>();
        for (var column = 0; column < columns; column++)
        {
            values.Clear();
            for (var at = column; at < rows.Length; at += columns)
                if (!float.IsNaN(rows[at]))
                    values.Add(rows[at]);
            values.Sort();
            medians[column] = Quantile(values, 0.5);
            var range = Quantile(values, 0.75) - Quantile(values, 0.25);
            ranges[column] = range > 0 ? range : 1;
        }
        (Medians, Ranges) = (medians, ranges);
    }

    private protected override void Change(Span<float> row)
    {
        for (var column = 0; column < row.Length; column++)
            row[column] = (float)((row[column] - Medians[column]) / Ranges[column]);
    }

    private protected override void ChangeBack(Span<float> row)
    {
        for (var column = 0; column < row.Length; column++)
            row[column] = (float)(row[column] * Ranges[column] + Medians[column]);
    }

    private static double Quantile(List<float> sorted, double share)
    {
        if (sorted.Count == 0)
            return 0;
        var place = share * (sorted.Count - 1);
        var before = (int)place;
        return before + 1 < sorted.Count
            ? sorted[before] + (place - before) * ((double)sorted[before + 1] - sorted[before])
            : sorted[before];
    }
}
