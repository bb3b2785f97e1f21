using System.Globalization;
using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Adding two written numbers: the characters of "12+345" in, those of "357" out, each with its end. A number has 1 to as many digits as
/// are allowed, each length as often, without zeros in front. No sum is in both parts, not even with its numbers swapped, and none comes
/// twice in one.
/// Shapes: items (2 digits + 2), labels (digits + 2), tokens of <see cref="Characters"/>; padding is <see cref="Vocabulary.Pad"/>, for
/// a loss to ignore.
/// Source: Sutskever, Vinyals and Le (2014), "Sequence to sequence learning with neural networks", for reading the source backwards;
/// Zaremba and Sutskever (2014), "Learning to execute", for adding.
/// </summary>
public static class AdditionTask
{
    /// <summary>What the tokens stand for.</summary>
    public static Vocabulary Characters { get; } = new(TextUnit.Characters, "0123456789+".Select(character => character.ToString()));

    /// <summary>Draws a training and a test part.</summary>
    /// <param name="train">Training sums.</param>
    /// <param name="test">Test sums.</param>
    /// <param name="seed">Key of all random numbers.</param>
    /// <param name="digits">Most digits of a number, 1 to 4.</param>
    /// <param name="reversed">Writes the source backwards: its last digits, which are needed first, stand last then, where it is remembered best.</param>
    public static DataPair Draw(int train = 45_000, int test = 5_000, ulong seed = 0, int digits = 3, bool reversed = true)
    {
        if (digits is < 1 or > 4)
            throw new ArgumentOutOfRangeException(nameof(digits), $"AdditionTask: takes numbers of 1 to 4 digits, but got {digits}.\nTry 3.");
        ArgumentOutOfRangeException.ThrowIfNegative(train);
        ArgumentOutOfRangeException.ThrowIfNegative(test);
        var numbers = (long)Math.Pow(10, digits);
        if (train + test > numbers * (numbers + 1) / 2)
            throw new ArgumentOutOfRangeException(nameof(train), $"AdditionTask: there are {numbers * (numbers + 1) / 2:N0} different sums of two numbers of up to {digits} digits, but {train + test:N0} are asked for.\nAsk for fewer, or allow more digits.");
        var random = new Philox(Streams.Key(seed, "addition"));
        var seen = new HashSet<(int, int)>();
        var sums = new List<(int A, int B)>();
        while (sums.Count < train + test)
        {
            var (a, b) = (Number(ref random, digits), Number(ref random, digits));
            if (seen.Add((Math.Min(a, b), Math.Max(a, b))))
                sums.Add((a, b));
        }
        return new(Part(sums[..train], digits, reversed), Part(sums[train..], digits, reversed));
    }

    private static int Number(ref Philox random, int digits)
    {
        var low = (int)Math.Pow(10, random.NextInt(digits));
        return low == 1 ? random.NextInt(10) : low + random.NextInt(9 * low);
    }

    private static DataSet Part(List<(int A, int B)> sums, int digits, bool reversed)
    {
        var (steps, answer) = (2 * digits + 2, digits + 2);
        var inputs = sums.ConvertAll(sum => WithEnd(Characters.Encode(string.Create(CultureInfo.InvariantCulture, $"{sum.A}+{sum.B}")), reversed));
        var labels = sums.ConvertAll(sum => WithEnd(Characters.Encode((sum.A + sum.B).ToString(CultureInfo.InvariantCulture)), reversed: false));
        return DataSet.OfTokens(PaddedSequences.OfTokens(inputs, steps), [steps], Characters.Count)
            .Labelled(PaddedSequences.OfTokens(labels, answer), Characters.Count, [answer]);
    }

    private static int[] WithEnd(int[] tokens, bool reversed) => [.. reversed ? tokens.Reverse() : tokens, Vocabulary.End];
}
