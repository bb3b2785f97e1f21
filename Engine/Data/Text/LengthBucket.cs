namespace GpuNN;

/// <summary>
/// Sequences of similar length, which are padded to one: a function is compiled once a bucket, and little work goes into padding.
/// </summary>
/// <param name="Steps">The length to pad to: a multiple of the width.</param>
/// <param name="Rows">Numbers of the sequences, in rising order.</param>
public sealed record LengthBucket(int Steps, IReadOnlyList<int> Rows)
{
    /// <summary>Sorts sequences into buckets, the shortest first; a bucket without a sequence is left out.</summary>
    /// <param name="lengths">The length of each sequence.</param>
    /// <param name="width">By how many steps the lengths in one bucket differ at most, plus 1.</param>
    public static IReadOnlyList<LengthBucket> Of(IEnumerable<int> lengths, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return
        [
            .. lengths.Select((length, row) => (Steps: Math.Max(1, (length + width - 1) / width) * width, Row: row))
                .GroupBy(sequence => sequence.Steps, sequence => sequence.Row)
                .OrderBy(bucket => bucket.Key)
                .Select(bucket => new LengthBucket(bucket.Key, [.. bucket])),
        ];
    }
}
