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

    /// <summary>Mean and variance of each channel of x (batch, channels, pixels).</summary>
    public static (double[] Mean, double[] Variance) ChannelStatistics(double[] x, int batch, int channels, int pixels)
    {
        double[] mean = [.. ChannelSums(x, channels, pixels).Select(sum => sum / (batch * pixels))];
        return (mean, [.. ChannelSums(x.Select((v, i) => Math.Pow(v - mean[i / pixels % channels], 2)), channels, pixels).Select(sum => sum / (batch * pixels))]);
    }

    /// <summary>(x - mean) / sqrt(variance + epsilon) of each channel.</summary>
    public static double[] ChannelNormal(double[] x, int batch, int channels, int pixels, double epsilon)
    {
        var (mean, variance) = ChannelStatistics(x, batch, channels, pixels);
        return [.. x.Select((v, i) => (v - mean[i / pixels % channels]) / Math.Sqrt(variance[i / pixels % channels] + epsilon))];
    }

    /// <summary>Sums of each channel.</summary>
    public static double[] ChannelSums(IEnumerable<double> x, int channels, int pixels)
    {
        var sums = new double[channels];
        var i = 0;
        foreach (var v in x)
            sums[i++ / pixels % channels] += v;
        return sums;
    }

    /// <summary>dx of a normalisation over rows or channels: from xhat, its factor, v = gain dy and the means over the same numbers.</summary>
    public static double[] NormalGradient(double[] normal, double[] factor, double[] v, Func<double[], double[]> mean)
    {
        var (a, b) = (mean(v), mean([.. v.Zip(normal, (p, q) => p * q)]));
        return [.. v.Select((own, i) => factor[i] * (own - a[i] - normal[i] * b[i]))];
    }

    /// <summary>The mean of its row in the place of each number.</summary>
    public static double[] RowMeans(double[] x, int length) => ByRow(x, length, row => [.. row.Select(_ => row.Average())]);

    /// <summary>(x - mean) / sqrt(variance + epsilon) of each row.</summary>
    public static double[] RowNormal(double[] x, int length, double epsilon) => [.. x.Zip(RowMeans(x, length), (v, mean) => v - mean).Zip(RowFactor(x, length, epsilon), (v, f) => v * f)];

    /// <summary>1 / sqrt(variance + epsilon) of its row in the place of each number.</summary>
    public static double[] RowFactor(double[] x, int length, double epsilon)
    {
        double[] centred = [.. x.Zip(RowMeans(x, length), (v, mean) => v - mean)];
        return [.. RowMeans([.. centred.Select(v => v * v)], length).Select(variance => 1 / Math.Sqrt(variance + epsilon))];
    }

    private static double[] ByRow(double[] x, int width, Func<double[], double[]> map) => [.. x.Chunk(width).SelectMany(map)];
}
