using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Recall by association: k pairs of a key and a value, with k of U{1 .. most} and different keys, then one of the keys again; the answer
/// is its value. Sample i is a function of (seed, i) alone.
/// Tokens: 0 is padding, which stands in front so that the question is always the last step; keys are 1 .. keys; values come behind them.
/// Shapes: items (2 most + 1), labels: one number of a value, 0 .. values - 1.
/// Source: Graves, Wayne and Danihelka (2014), "Neural Turing machines"; in pairs: Ba et al. (2016), "Using fast weights to attend to the
/// recent past".
/// </summary>
public static class AssociativeRecall
{
    private const ulong TestStream = 1UL << 32;

    /// <summary>Draws a training and a test part.</summary>
    /// <param name="train">Training sequences.</param>
    /// <param name="test">Test sequences.</param>
    /// <param name="seed">Key of all random numbers.</param>
    /// <param name="most">Most pairs; no more than keys.</param>
    /// <param name="keys">Number of keys.</param>
    /// <param name="values">Number of values: the classes.</param>
    public static DataPair Draw(int train = 10_000, int test = 1_000, ulong seed = 0, int most = 6, int keys = 10, int values = 10)
    {
        if (most < 1 || keys < most || values < 2)
            throw new ArgumentOutOfRangeException(nameof(keys), $"AssociativeRecall: needs a pair or more, a key for each and 2 values or more, but got {most} pairs, {keys} keys and {values} values.\nTry 6 pairs, 10 keys and 10 values.");
        var (key, orderKey) = (Streams.Key(seed, "associative recall"), Streams.Key(seed, "associative recall, order of keys"));
        return new(Part(train, 0), Part(test, TestStream));

        DataSet Part(int count, ulong firstItem)
        {
            var steps = 2 * most + 1;
            var (tokens, labels, order) = (new int[count * steps], new int[count], new int[keys]);
            for (var row = 0; row < count; row++)
            {
                var random = new Philox(key, firstItem + (ulong)row);
                var pairs = 1 + random.NextInt(most);
                var asked = random.NextInt(pairs);
                Shuffling.Permutation(order, new Philox(orderKey, firstItem + (ulong)row));
                var sequence = tokens.AsSpan((row + 1) * steps - 2 * pairs - 1, 2 * pairs + 1);
                for (var pair = 0; pair < pairs; pair++)
                {
                    var value = random.NextInt(values);
                    (sequence[2 * pair], sequence[2 * pair + 1]) = (1 + order[pair], 1 + keys + value);
                    if (pair == asked)
                        (sequence[^1], labels[row]) = (1 + order[pair], value);
                }
            }
            return DataSet.OfTokens(tokens, [steps], 1 + keys + values).Labelled(labels, values);
        }
    }
}
