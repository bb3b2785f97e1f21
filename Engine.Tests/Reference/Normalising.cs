namespace GpuNN.Tests;

internal static partial class Reference
{
    /// <summary>Softmax over rows.</summary>
    public static double[] Softmax(double[] x, int classes) => ByRow(x, classes, row =>
    {
        var e = row.Select(v => Math.Exp(v - row.Max())).ToArray();
        return [.. e.Select(v => v / e.Sum())];
    });

    /// <summary>Logarithm of the softmax over rows.</summary>
    public static double[] LogSoftmax(double[] x, int classes) => ByRow(x, classes, row =>
    {
        var sum = Math.Log(row.Sum(v => Math.Exp(v - row.Max())));
        return [.. row.Select(v => v - row.Max() - sum)];
    });

    /// <summary>Cross-entropy of one row against a smoothed label.</summary>
    public static double CrossEntropy(double[] row, int label, double weight, double smoothing)
    {
        var log = LogSoftmax(row, row.Length);
        return weight * log.Select((value, c) => -value * ((c == label ? 1 - smoothing : 0) + smoothing / row.Length)).Sum();
    }

    /// <summary>Central difference of a function in each of its arguments.</summary>
    public static double[] Differences(Func<double[], double> f, double[] x, double step = 1e-5)
    {
        var gradient = new double[x.Length];
        for (var k = 0; k < x.Length; k++)
        {
            var (up, down) = ((double[])x.Clone(), (double[])x.Clone());
            up[k] += step;
            down[k] -= step;
            gradient[k] = (f(up) - f(down)) / (2 * step);
        }
        return gradient;
    }

    private static double[] ByRow(double[] x, int width, Func<double[], double[]> map) => [.. x.Chunk(width).SelectMany(map)];
}
