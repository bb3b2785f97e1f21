namespace GpuNN.Tests;

/// <summary>The steps by which a head of a memory finds its place; one head at a time.</summary>
internal static partial class Reference
{
    /// <summary>Softmax of strength times the cosine of key and each row of memory.</summary>
    public static double[] ContentWeights(double[] key, double strength, double[] memory)
    {
        double Dot(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Sum();
        double Length(double[] a) => Math.Sqrt(Dot(a, a) + 1e-8);
        double[] logits = [.. memory.Chunk(key.Length).Select(row => strength * Dot(key, row) / (Length(key) * Length(row)))];
        return Softmax(logits, logits.Length);
    }

    /// <summary>Circular convolution with shares of the shifts -reach .. reach.</summary>
    public static double[] Shifted(double[] weights, double[] shares)
    {
        var shifted = new double[weights.Length];
        for (var n = 0; n < weights.Length; n++)
            for (var k = 0; k < shares.Length; k++)
                shifted[((n + k - shares.Length / 2) % weights.Length + weights.Length) % weights.Length] += shares[k] * weights[n];
        return shifted;
    }

    /// <summary>Powers, scaled so that they sum to 1.</summary>
    public static double[] Sharpened(double[] weights, double gamma)
    {
        double[] powers = [.. weights.Select(weight => Math.Pow(weight, gamma))];
        return [.. powers.Select(power => power / powers.Sum())];
    }

    /// <summary>Erases with all heads, then adds with all heads.</summary>
    public static double[] Written(double[] memory, double[][] weights, double[][] erase, double[][] add)
    {
        var (written, width) = ((double[])memory.Clone(), erase[0].Length);
        for (var h = 0; h < weights.Length; h++)
            for (var i = 0; i < written.Length; i++)
                written[i] *= 1 - weights[h][i / width] * erase[h][i % width];
        for (var h = 0; h < weights.Length; h++)
            for (var i = 0; i < written.Length; i++)
                written[i] += weights[h][i / width] * add[h][i % width];
        return written;
    }
}
