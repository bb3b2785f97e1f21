using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Writing a sequence backwards: n symbols, with n of U{shortest .. longest}, then the end; the answer is the symbols in the opposite
/// order, then the end. No sequence is in both parts: a tenth of all that there are is held out. Sample i is a function of (seed, i) alone.
/// Tokens: those of <see cref="Vocabulary"/>, symbols from <see cref="Vocabulary.Specials"/> on; padding in items and labels is
/// <see cref="Vocabulary.Pad"/>, for a loss to ignore.
/// Shapes: items (steps), labels (steps), with steps of room + 1.
/// </summary>
public static class ReversalTask
{
    private const ulong TestStream = 1UL << 32;

    /// <summary>Draws a training and a test part.</summary>
    /// <param name="train">Training sequences.</param>
    /// <param name="test">Test sequences.</param>
    /// <param name="seed">Key of all random numbers, and of what is held out.</param>
    /// <param name="symbols">Number of symbols, such as 10 digits or 26 letters.</param>
    /// <param name="shortest">Fewest symbols of a sequence.</param>
    /// <param name="longest">Most symbols of a sequence.</param>
    /// <param name="room">The length to pad to, without the end; the longest by default. More lets longer sequences be tested.</param>
    public static DataPair Draw(int train = 10_000, int test = 1_000, ulong seed = 0, int symbols = 10, int shortest = 1, int longest = 10, int? room = null)
    {
        if (symbols < 2 || shortest < 1 || longest < shortest || room < longest)
            throw new ArgumentOutOfRangeException(nameof(longest), $"ReversalTask: needs 2 symbols or more, and lengths that rise from 1 on to the room, but got {symbols} symbols, lengths {shortest} to {longest} and room {room ?? longest}.\nTry 10 symbols and lengths 1 to 10.");
        var steps = (room ?? longest) + 1;
        var (key, held, classes) = (Streams.Key(seed, "reversal"), Streams.Key(seed, "reversal, held out"), symbols + Vocabulary.Specials);
        return new(Part(train, 0, isTest: false), Part(test, TestStream, isTest: true));

        DataSet Part(int count, ulong firstItem, bool isTest)
        {
            var drawn = Enumerable.Range(0, count).Select(row =>
            {
                var random = new Philox(key, firstItem + (ulong)row);
                int[] sequence;
                do
                    sequence = One(ref random);
                while (HeldOut.Contains(held, sequence) != isTest);
                return sequence;
            }).ToArray();
            var inputs = Array.ConvertAll(drawn, int[] (sequence) => [.. sequence, Vocabulary.End]);
            var labels = Array.ConvertAll(drawn, int[] (sequence) => [.. sequence.Reverse(), Vocabulary.End]);
            return DataSet.OfTokens(PaddedSequences.OfTokens(inputs, steps), [steps], classes)
                .Labelled(PaddedSequences.OfTokens(labels, steps), classes, [steps]);
        }

        int[] One(ref Philox random)
        {
            var sequence = new int[shortest + random.NextInt(longest - shortest + 1)];
            for (var at = 0; at < sequence.Length; at++)
                sequence[at] = Vocabulary.Specials + random.NextInt(symbols);
            return sequence;
        }
    }
}
