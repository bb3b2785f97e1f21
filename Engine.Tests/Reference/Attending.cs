namespace GpuNN.Tests;

internal static partial class Reference
{
    /// <summary>Sizes of attention: q (items, queries, heads * width), k (items, keys, heads * width), v (items, keys, heads * value).</summary>
    internal sealed record AttentionSizes(int Items, int Heads, int Queries, int Keys, int Width, int Value)
    {
        public double Scale { get; init; } = 1;

        public bool Causal { get; init; }

        public int[]? Lengths { get; init; }

        public int Length(int item) => Lengths?[item] ?? Keys;
    }

    /// <summary>Weights (items, heads, queries, keys) by the definition; a query that sees nothing has zeros.</summary>
    public static double[] AttentionWeights(AttentionSizes at, double[] q, double[] k, double[]? mask)
    {
        var p = new double[at.Items * at.Heads * at.Queries * at.Keys];
        for (var n = 0; n < at.Items; n++)
            for (var h = 0; h < at.Heads; h++)
                for (var i = 0; i < at.Queries; i++)
                {
                    var row = ((n * at.Heads + h) * at.Queries + i) * at.Keys;
                    for (var j = 0; j < at.Keys; j++)
                    {
                        var isSeen = j < at.Length(n) && (!at.Causal || j - at.Keys <= i - at.Queries);
                        var product = Enumerable.Range(0, at.Width).Sum(c =>
                            q[((n * at.Queries + i) * at.Heads + h) * at.Width + c] * k[((n * at.Keys + j) * at.Heads + h) * at.Width + c]);
                        p[row + j] = isSeen ? at.Scale * product + (mask?[i * at.Keys + j] ?? 0) : double.NegativeInfinity;
                    }
                    var most = at.Keys == 0 ? double.NegativeInfinity : p.AsSpan(row, at.Keys).ToArray().Max();
                    var e = p.AsSpan(row, at.Keys).ToArray().Select(s => double.IsNegativeInfinity(s) ? 0 : Math.Exp(s - most)).ToArray();
                    for (var j = 0; j < at.Keys; j++)
                        p[row + j] = e.Sum() == 0 ? 0 : e[j] / e.Sum();
                }
        return p;
    }

    /// <summary>Attention by the definition: y (items, queries, heads * value).</summary>
    public static double[] Attention(AttentionSizes at, double[] q, double[] k, double[] v, double[]? mask = null)
    {
        var p = AttentionWeights(at, q, k, mask);
        var y = new double[at.Items * at.Queries * at.Heads * at.Value];
        for (var e = 0; e < y.Length; e++)
        {
            var (c, h, i, n) = (e % at.Value, e / at.Value % at.Heads, e / at.Value / at.Heads % at.Queries, e / at.Value / at.Heads / at.Queries);
            for (var j = 0; j < at.Keys; j++)
                y[e] += p[((n * at.Heads + h) * at.Queries + i) * at.Keys + j] * v[((n * at.Keys + j) * at.Heads + h) * at.Value + c];
        }
        return y;
    }

    /// <summary>One of three tensors (items, steps, width) that lie side by side.</summary>
    public static double[] Third(double[] x, int width, int part) => [.. x.Chunk(3 * width).SelectMany(row => row[(part * width)..((part + 1) * width)])];
}
