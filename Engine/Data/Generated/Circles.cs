using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// A disc in a ring: class 0 is uniform in the disc r &lt; 1, class 1 in the ring 2 &lt; r &lt; 3. Classes take turns, so that there are as
/// many of each. No map that neither folds nor glues the plane can move the disc out of its ring, so layers of two units each,
/// however many, do not separate them by a line; a third dimension does.
/// Shapes: items (2).
/// Source: Johnson (2019), "Deep, skinny neural networks are not universal approximators", for what width cannot do.
/// </summary>
public static class Circles
{
    private const ulong TestStream = 1UL << 32;

    /// <summary>Draws a training and a test part; sample i depends on (seed, i) alone.</summary>
    /// <param name="train">Training samples.</param>
    /// <param name="test">Test samples.</param>
    /// <param name="seed">Key of all random numbers.</param>
    public static DataPair Draw(int train = 1_000, int test = 4_000, ulong seed = 0) =>
        new(Part(train, seed, 0), Part(test, seed, TestStream));

    private static DataSet Part(int count, ulong seed, ulong firstItem)
    {
        var inputs = new float[2 * count];
        var labels = new int[count];
        var key = Streams.Key(seed, "circles");
        for (var row = 0; row < count; row++)
        {
            var random = new Philox(key, firstItem + (ulong)row);
            var u = (double)random.NextFloat();
            labels[row] = row % 2;
            // the square of the radius is uniform where the points are uniform over the area
            var r = Math.Sqrt(labels[row] == 0 ? u : 4 + 5 * u);
            var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextFloat());
            inputs[2 * row] = (float)(r * cos);
            inputs[2 * row + 1] = (float)(r * sin);
        }
        return DataSet.WithLabels(inputs, [2], labels, classes: 2);
    }
}
