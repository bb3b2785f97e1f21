using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Measuring time: spikes come every f steps, with f of U{shortest .. longest} and a random first step; at each step the network says
/// whether the next step has a spike. Nothing counts before the second spike, when f is known. Only who measures intervals can answer:
/// peephole connections show their gates the cell that counts. Sample i is a function of (seed, i) alone.
/// Shapes: items (steps, 1), 1 at a spike and 0 elsewhere; targets (steps, 1), 1 before a spike, 0 elsewhere, -1 where nothing counts.
/// Source: Gers, Schraudolph and Schmidhuber (2002), "Learning precise timing with LSTM recurrent networks".
/// </summary>
public static class TimedSpikes
{
    /// <summary>The target of steps that do not count.</summary>
    public const float Ignored = -1;

    private const ulong TestStream = 1UL << 32;

    /// <summary>Draws a training and a test part.</summary>
    /// <param name="train">Training sequences.</param>
    /// <param name="test">Test sequences.</param>
    /// <param name="seed">Key of all random numbers.</param>
    /// <param name="shortest">Shortest interval, 1 or more.</param>
    /// <param name="longest">Longest interval.</param>
    /// <param name="steps">Steps of a sequence; room for three spikes or more.</param>
    public static DataPair Draw(int train = 1_000, int test = 1_000, ulong seed = 0, int shortest = 10, int longest = 30, int steps = 120)
    {
        if (shortest < 1 || longest < shortest || steps < 3 * longest)
            throw new ArgumentOutOfRangeException(nameof(steps), $"TimedSpikes: needs intervals that rise from 1 on, and steps for three of the longest, but got {shortest} to {longest} and {steps} steps.\nTry 10 to 30 and 120.");
        var key = Streams.Key(seed, "timed spikes");
        return new(Part(train, 0), Part(test, TestStream));

        DataSet Part(int count, ulong firstItem)
        {
            var (inputs, targets) = (new float[count * steps], new float[count * steps]);
            for (var row = 0; row < count; row++)
            {
                var random = new Philox(key, firstItem + (ulong)row);
                var interval = shortest + random.NextInt(longest - shortest + 1);
                var first = random.NextInt(interval);
                for (var step = 0; step < steps; step++)
                {
                    inputs[row * steps + step] = IsSpike(step) ? 1 : 0;
                    targets[row * steps + step] = step < first + interval ? Ignored : IsSpike(step + 1) ? 1 : 0;
                }

                bool IsSpike(int step) => step >= first && (step - first) % interval == 0;
            }
            return DataSet.WithTargets(inputs, [steps, 1], targets, [steps, 1]);
        }
    }
}
