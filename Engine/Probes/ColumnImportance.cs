using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// How much a model needs a column: by how much its error grows when the column's values are shuffled among the rows, so that
/// they tell nothing any more. About 0 is a column that the model does not use; columns that say the same share their importance.
/// Units: those of the error. Source: Breiman (2001), "Random forests"; Fisher, Rudin and Dominici (2019).
/// </summary>
public static class ColumnImportance
{
    /// <summary>The growth of the error for each group of columns, shuffled together.</summary>
    /// <param name="set">Samples that the model has not learned from.</param>
    /// <param name="groups">The columns of each group: one number, or all levels of a category.</param>
    /// <param name="error">The model's error on a set like this one.</param>
    /// <param name="repeats">Shuffles over which the growth is averaged.</param>
    /// <param name="seed">Key of the shuffles.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no repeat.</exception>
    /// <exception cref="IndexOutOfRangeException">A group has a column that is not there.</exception>
    public static double[] Of(DataSet set, IReadOnlyList<int[]> groups, Func<DataSet, double> error, int repeats = 1, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(repeats, 1);
        var before = error(set);
        var order = new int[set.Count];
        var importance = new double[groups.Count];
        for (var group = 0; group < groups.Count; group++)
        {
            for (var repeat = 0; repeat < repeats; repeat++)
            {
                Shuffling.Permutation(order, new Philox(Streams.Key(Streams.Key(seed, (ulong)group), (ulong)repeat)));
                var row = 0;
                importance[group] += error(set.Map((item, result) =>
                {
                    item.CopyTo(result);
                    var other = set.Item(order[row++]);
                    foreach (var column in groups[group])
                        result[column] = other[column];
                })) - before;
            }
            importance[group] /= repeats;
        }
        return importance;
    }
}
