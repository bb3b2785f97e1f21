namespace GpuNN.Tests;

/// <summary>Plain double-precision forms of what kernels compute.</summary>
internal static partial class Reference
{
    /// <summary>y[o, i] = scale * reduce over l of x[o, l, i].</summary>
    public static double[] Reduce(float[] x, int outer, int length, int inner, double scale, double identity, Func<double, double, double> combine)
    {
        var y = new double[outer * inner];
        for (var o = 0; o < outer; o++)
        {
            for (var i = 0; i < inner; i++)
            {
                var sum = identity;
                for (var l = 0; l < length; l++)
                    sum = combine(sum, x[(o * length + l) * inner + i]);
                y[o * inner + i] = scale * sum;
            }
        }
        return y;
    }

    /// <summary>Position of the first best number along an axis; compare is positive where its first argument is better.</summary>
    public static double[] Arg(float[] x, int outer, int length, int inner, Func<float, float, int> compare)
    {
        var y = new double[outer * inner];
        for (var o = 0; o < outer; o++)
        {
            for (var i = 0; i < inner; i++)
            {
                var best = 0;
                for (var l = 1; l < length; l++)
                {
                    if (compare(x[(o * length + l) * inner + i], x[(o * length + best) * inner + i]) > 0)
                        best = l;
                }
                y[o * inner + i] = best;
            }
        }
        return y;
    }
}
