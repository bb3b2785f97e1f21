using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Friedman's first regression task: y = 10 sin(pi x1 x2) + 20 (x3 - 0.5)^2 + 10 x4 + 5 x5 + N(0, 1), ten inputs U(0, 1), five
/// of them without effect. The function's variance is 23.82, so no model's R2 on noisy data is above 0.9597.
/// Shapes: items (10), targets (1).
/// Source: Friedman (1991), "Multivariate adaptive regression splines".
/// </summary>
public static class Friedman
{
    /// <summary>Numbers of an item.</summary>
    public const int Inputs = 10;

    private const ulong TestStream = 1UL << 32;

    /// <summary>Draws a training and a test part, both with noise; sample i depends on (seed, i) alone.</summary>
    /// <param name="train">Training samples.</param>
    /// <param name="test">Test samples.</param>
    /// <param name="seed">Key of all random numbers.</param>
    /// <param name="noise">Standard deviation of the noise.</param>
    public static DataPair Draw(int train = 4_000, int test = 2_000, ulong seed = 0, double noise = 1) =>
        new(Part(train, seed, 0, noise), Part(test, seed, TestStream, noise));

    /// <summary>The function itself at each item, without noise.</summary>
    public static float[] Exactly(DataSet set) => [.. Enumerable.Range(0, set.Count).Select(row => (float)Mean(set.Item(row)))];

    private static double Mean(ReadOnlySpan<float> x) =>
        10 * Math.Sin(Math.PI * x[0] * x[1]) + 20 * (x[2] - 0.5) * (x[2] - 0.5) + 10 * x[3] + 5 * x[4];

    private static DataSet Part(int count, ulong seed, ulong firstItem, double noise)
    {
        var inputs = new float[(long)count * Inputs];
        var targets = new float[count];
        var key = Streams.Key(seed, "friedman");
        for (var row = 0; row < count; row++)
        {
            var random = new Philox(key, firstItem + (ulong)row);
            var x = inputs.AsSpan(row * Inputs, Inputs);
            for (var column = 0; column < Inputs; column++)
                x[column] = random.NextFloat();
            targets[row] = (float)(Mean(x) + noise * random.NextNormal());
        }
        return DataSet.WithTargets(inputs, [Inputs], targets, [1]);
    }
}
