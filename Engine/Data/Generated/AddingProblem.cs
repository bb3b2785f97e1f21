using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Adding two numbers that are marked in a long sequence of numbers: a network must remember the first until it has seen the second. It
/// has two forms. Sample i is a function of (seed, i) alone.
/// </summary>
public static class AddingProblem
{
    /// <summary>How far an answer to the original form may be off and still be right.</summary>
    public const float Tolerance = 0.04f;

    private const ulong TestStream = 1UL << 32;
    private const int FirstMarks = 10;

    /// <summary>
    /// The plain form: values U(0, 1), one mark in each half; the target is the sum of the marked values. Who always answers 1 has a mean
    /// squared error of 1/6.
    /// Shapes: items (steps, 2) of value and mark, targets (1).
    /// Source: Le, Jaitly and Hinton (2015), "A simple way to initialize recurrent networks of rectified linear units".
    /// </summary>
    /// <param name="steps">Length of all sequences, 2 or more.</param>
    /// <param name="train">Training sequences.</param>
    /// <param name="test">Test sequences.</param>
    /// <param name="seed">Key of all random numbers.</param>
    public static DataPair Draw(int steps, int train = 10_000, int test = 1_000, ulong seed = 0)
    {
        if (steps < 2)
            throw new ArgumentOutOfRangeException(nameof(steps), $"AddingProblem: needs at least 2 steps, one to mark in each half, but got {steps}.\nTry 100.");
        return new(Part(train, 0), Part(test, TestStream));

        DataSet Part(int count, ulong firstItem)
        {
            var (inputs, targets) = (new float[(long)count * steps * 2], new float[count]);
            var key = Streams.Key(seed, "adding");
            for (var row = 0; row < count; row++)
            {
                var random = new Philox(key, firstItem + (ulong)row);
                var x = inputs.AsSpan(row * steps * 2, steps * 2);
                for (var step = 0; step < steps; step++)
                    x[2 * step] = random.NextFloat();
                foreach (var marked in (ReadOnlySpan<int>)[random.NextInt(steps / 2), steps / 2 + random.NextInt(steps - steps / 2)])
                {
                    x[2 * marked + 1] = 1;
                    targets[row] += x[2 * marked];
                }
            }
            return DataSet.WithTargets(inputs, [steps, 2], targets, [1]);
        }
    }

    /// <summary>
    /// The original form: a length of U{T .. T + T / 10}, values U(-1, 1), marks -1 at the first and the last step, 1 at two others and 0
    /// elsewhere. One of the two is among the first 10 steps, the other among the first T / 2 - 1; a mark that falls on the first step
    /// stays -1 there, and its value counts as 0. The target is 0.5 + (x + y) / 4. Who always answers 0.5 has a mean squared error
    /// of 1/24, less the 6 % for those zeros (with T = 100).
    /// Shapes: items (T + T / 10, 3) of value, mark and mask, which is 1 in a step that belongs to the sequence; targets (1).
    /// Source: Hochreiter and Schmidhuber (1997), "Long short-term memory".
    /// </summary>
    /// <param name="shortest">T, the shortest length, 24 or more.</param>
    /// <param name="train">Training sequences.</param>
    /// <param name="test">Test sequences.</param>
    /// <param name="seed">Key of all random numbers.</param>
    public static DataPair DrawOriginal(int shortest, int train = 10_000, int test = 2_560, ulong seed = 0)
    {
        if (shortest / 2 - 1 <= FirstMarks)
            throw new ArgumentOutOfRangeException(nameof(shortest), $"AddingProblem: needs a shortest length of 24 or more, so that the second mark has more room than the first, but got {shortest}.\nTry 100.");
        return new(Part(train, 0), Part(test, TestStream));

        DataSet Part(int count, ulong firstItem)
        {
            var longest = shortest + shortest / 10;
            var (sequences, targets) = (new float[count][], new float[count]);
            var key = Streams.Key(seed, "adding, original form");
            for (var row = 0; row < count; row++)
                (sequences[row], targets[row]) = Original(shortest, new Philox(key, firstItem + (ulong)row));
            return DataSet.WithTargets(PaddedSequences.WithMask(sequences, features: 2, longest), [longest, 3], targets, [1]);
        }
    }

    private static (float[] Steps, float Target) Original(int shortest, Philox random)
    {
        var steps = shortest + random.NextInt(shortest / 10 + 1);
        var x = new float[2 * steps];
        for (var step = 0; step < steps; step++)
            x[2 * step] = 2 * random.NextFloat() - 1;
        var first = random.NextInt(FirstMarks);
        var second = random.NextInt(shortest / 2 - 2);
        second += second >= first ? 1 : 0;
        var target = 0.5f;
        foreach (var marked in (ReadOnlySpan<int>)[first, second])
        {
            x[2 * marked + 1] = 1;
            target += marked == 0 ? 0 : x[2 * marked] / 4;
        }
        (x[1], x[^1]) = (-1, -1);
        return (x, target);
    }
}
