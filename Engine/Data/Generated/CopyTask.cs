using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Copying from memory: a network sees rows of random bits, then a delimiter, then nothing, and must write the rows down in that time.
/// Only the answer counts. Sample i is a function of (seed, i) alone.
/// Source: Graves, Wayne and Danihelka (2014), "Neural Turing machines".
/// </summary>
public static class CopyTask
{
    /// <summary>The target of steps that do not count: those before the answer, and padding.</summary>
    public const float Ignored = -1;

    private const ulong TestStream = 1UL << 32;

    /// <summary>
    /// Copy once: L rows, the delimiter, L steps to answer in, with L of U{shortest .. longest}.
    /// Shapes: items (2 longest + 1, bits + 2): bits, delimiter, mask; targets (2 longest + 1, bits), -1 where nothing counts.
    /// </summary>
    /// <param name="train">Training sequences.</param>
    /// <param name="test">Test sequences.</param>
    /// <param name="seed">Key of all random numbers.</param>
    /// <param name="shortest">Fewest rows.</param>
    /// <param name="longest">Most rows.</param>
    /// <param name="bits">Bits of a row.</param>
    public static DataPair Draw(int train, int test = 100, ulong seed = 0, int shortest = 1, int longest = 20, int bits = 8)
    {
        Check(shortest, longest, bits);
        var key = Streams.Key(seed, "copy");
        return new(Part(train, 0), Part(test, TestStream));

        DataSet Part(int count, ulong firstItem) => Set(count, 2 * longest + 1, bits + 1, bits, row =>
        {
            var random = new Philox(key, firstItem + (ulong)row);
            var rows = Bits(ref random, shortest + random.NextInt(longest - shortest + 1), bits);
            var (inputs, targets) = Question(rows, bits, channels: bits + 1, outputs: bits, answer: rows.Length / bits);
            inputs[rows.Length / bits * (bits + 1) + bits] = 1;
            rows.CopyTo(targets, targets.Length - rows.Length);
            return (inputs, targets);
        });
    }

    /// <summary>
    /// Copy several times: L rows, the delimiter with the number of copies R beside it, R L steps to answer in and one for the end mark,
    /// with L and R of U{1 .. most}. The number of copies is given as (R - mean) / deviation of its uniform distribution.
    /// Shapes: with steps of most + 2 + most^2, items (steps, bits + 3): bits, delimiter, copies, mask; targets (steps, bits + 1): bits and
    /// end mark, -1 where nothing counts.
    /// </summary>
    /// <param name="train">Training sequences.</param>
    /// <param name="test">Test sequences.</param>
    /// <param name="seed">Key of all random numbers.</param>
    /// <param name="most">Most rows, and most copies; 2 or more.</param>
    /// <param name="bits">Bits of a row.</param>
    public static DataPair DrawRepeated(int train, int test = 100, ulong seed = 0, int most = 10, int bits = 8)
    {
        Check(2, most, bits);
        var key = Streams.Key(seed, "repeated copy");
        var (mean, deviation) = ((most + 1) / 2.0, Math.Sqrt((most * (double)most - 1) / 12));
        return new(Part(train, 0), Part(test, TestStream));

        DataSet Part(int count, ulong firstItem) => Set(count, most + 2 + most * most, bits + 2, bits + 1, row =>
        {
            var random = new Philox(key, firstItem + (ulong)row);
            var (length, copies) = (1 + random.NextInt(most), 1 + random.NextInt(most));
            var rows = Bits(ref random, length, bits);
            var (inputs, targets) = Question(rows, bits, channels: bits + 2, outputs: bits + 1, answer: copies * length + 1);
            inputs[length * (bits + 2) + bits] = 1;
            inputs[length * (bits + 2) + bits + 1] = (float)((copies - mean) / deviation);
            for (var step = 0; step < copies * length; step++)
            {
                var to = targets.AsSpan((length + 1 + step) * (bits + 1), bits + 1);
                rows.AsSpan(step % length * bits, bits).CopyTo(to);
                to[bits] = 0;
            }
            targets.AsSpan(targets.Length - bits - 1).Clear();
            targets[^1] = 1;
            return (inputs, targets);
        });
    }

    private static void Check(int shortest, int longest, int bits)
    {
        if (shortest < 1 || longest < shortest || bits < 1)
            throw new ArgumentOutOfRangeException(nameof(longest), $"CopyTask: needs at least one bit, and lengths that rise from 1 on, but got {bits} bits and lengths {shortest} to {longest}.\nTry 8 bits and lengths 1 to 20.");
    }

    private static float[] Bits(ref Philox random, int rows, int bits)
    {
        var drawn = new float[rows * bits];
        for (var at = 0; at < drawn.Length; at++)
            drawn[at] = random.NextInt(2);
        return drawn;
    }

    // the rows, the delimiter's step, and empty steps to answer in; nothing counts yet
    private static (float[] Inputs, float[] Targets) Question(float[] rows, int bits, int channels, int outputs, int answer)
    {
        var length = rows.Length / bits;
        var (inputs, targets) = (new float[(length + 1 + answer) * channels], new float[(length + 1 + answer) * outputs]);
        for (var row = 0; row < length; row++)
            rows.AsSpan(row * bits, bits).CopyTo(inputs.AsSpan(row * channels));
        Array.Fill(targets, Ignored);
        return (inputs, targets);
    }

    private static DataSet Set(int count, int steps, int channels, int outputs, Func<int, (float[] Inputs, float[] Targets)> draw)
    {
        var drawn = Enumerable.Range(0, count).Select(draw).ToArray();
        return DataSet.WithTargets(
            PaddedSequences.WithMask(Array.ConvertAll(drawn, pair => pair.Inputs), channels, steps), [steps, channels + 1],
            PaddedSequences.Targets(Array.ConvertAll(drawn, pair => pair.Targets), outputs, steps, Ignored), [steps, outputs]);
    }
}
