using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Exclusive or in time: bits come three by three, two drawn ones and then 1 where exactly one of them is 1. At each step the network sees one bit and
/// says the next; every third can be known, the others count for nothing. Who answers must remember two bits and where in the three it is.
/// Sample i is a function of (seed, i) alone.
/// Shapes: items (steps, 1); targets (steps, 1), the next bit where it can be known, -1 elsewhere.
/// Source: Elman (1990), "Finding structure in time".
/// </summary>
public static class TemporalXor
{
    /// <summary>The target of steps that do not count.</summary>
    public const float Ignored = -1;

    private const int Period = 3;
    private const ulong TestStream = 1UL << 32;

    /// <summary>Draws a training and a test part.</summary>
    /// <param name="train">Training sequences.</param>
    /// <param name="test">Test sequences.</param>
    /// <param name="seed">Key of all random numbers.</param>
    /// <param name="steps">Steps of a sequence, 2 or more.</param>
    public static DataPair Draw(int train = 200, int test = 200, ulong seed = 0, int steps = 60)
    {
        if (steps < Period - 1)
            throw new ArgumentOutOfRangeException(nameof(steps), $"TemporalXor: needs sequences of {Period - 1} steps or more, but got {steps}.\nTry 60: the first answer comes behind the second bit.");
        var key = Streams.Key(seed, "temporal xor");
        return new(Part(train, 0), Part(test, TestStream));

        DataSet Part(int count, ulong firstItem)
        {
            var (inputs, targets) = (new float[count * steps], new float[count * steps]);
            for (var row = 0; row < count; row++)
            {
                var random = new Philox(key, firstItem + (ulong)row);
                var x = inputs.AsSpan(row * steps, steps);
                var y = targets.AsSpan(row * steps, steps);
                y.Fill(Ignored);
                for (var step = 0; step < steps; step++)
                {
                    x[step] = step % Period == Period - 1 ? y[step - 1] : random.NextInt(2);
                    if (step % Period == Period - 2)
                        y[step] = x[step - 1] == x[step] ? 0 : 1;
                }
            }
            return DataSet.WithTargets(inputs, [steps, 1], targets, [steps, 1]);
        }
    }
}
