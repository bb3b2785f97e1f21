namespace GpuNN;

/// <summary>
/// The effect of one column on a model's answer, the others averaged out: e(v) = mean over the samples of f(x with x_column = v).
/// Source: Friedman (2001), "Greedy function approximation: a gradient boosting machine", section 8.2.
/// </summary>
public static class PartialEffect
{
    /// <summary>The mean answer at each value of a column.</summary>
    /// <param name="set">Samples to average over.</param>
    /// <param name="column">Which number of an item is set.</param>
    /// <param name="values">What it is set to, in turn.</param>
    /// <param name="predict">The model: one number a sample.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public static double[] Of(DataSet set, int column, IReadOnlyList<double> values, Func<DataSet, float[]> predict)
    {
        if ((uint)column >= (ulong)set.ItemShape.Elements)
            throw new ArgumentOutOfRangeException(nameof(column), $"PartialEffect: columns are 0 to {set.ItemShape.Elements - 1}, but got {column}.");
        return
        [
            .. values.Select(value => predict(set.Map((item, result) =>
            {
                item.CopyTo(result);
                result[column] = (float)value;
            })).Average(answer => (double)answer)),
        ];
    }
}
