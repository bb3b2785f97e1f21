using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// The function sin(x) / x, 1 at 0, for x of U(-10, 10): the training part has noise of U(-0.2, 0.2), the test part has none.
/// Shapes: items (1), targets (1).
/// Source: Huang, Zhu and Siew (2006), "Extreme learning machine: theory and applications".
/// </summary>
public static class Sinc
{
    private const ulong TestStream = 1UL << 32;

    /// <summary>Draws a training and a test part; sample i depends on (seed, i) alone.</summary>
    /// <param name="train">Training samples.</param>
    /// <param name="test">Test samples.</param>
    /// <param name="seed">Key of all random numbers.</param>
    public static DataPair Draw(int train = 5_000, int test = 5_000, ulong seed = 0) =>
        new(Part(train, seed, 0, noise: 0.2), Part(test, seed, TestStream, noise: 0));

    private static DataSet Part(int count, ulong seed, ulong firstItem, double noise)
    {
        var inputs = new float[count];
        var targets = new float[count];
        var key = Streams.Key(seed, "sinc");
        for (var row = 0; row < count; row++)
        {
            var random = new Philox(key, firstItem + (ulong)row);
            inputs[row] = 20 * random.NextFloat() - 10;
            double x = inputs[row];
            targets[row] = (float)((x == 0 ? 1 : Math.Sin(x) / x) + noise * (2 * random.NextFloat() - 1));
        }
        return DataSet.WithTargets(inputs, [1], targets, [1]);
    }
}
