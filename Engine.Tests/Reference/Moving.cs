namespace GpuNN.Tests;

internal static partial class Reference
{
    /// <summary>Builds an array of a shape, element by element, from the index of each.</summary>
    public static double[] Build(int[] shape, Func<int[], double> element)
    {
        var y = new double[shape.Aggregate(1, (a, b) => a * b)];
        for (var flat = 0; flat < y.Length; flat++)
            y[flat] = element(Index(flat, shape));
        return y;
    }

    /// <summary>Place of an index in a contiguous array of a shape.</summary>
    public static int Flat(int[] index, int[] shape) => shape.Select((size, k) => (size, k)).Aggregate(0, (flat, axis) => flat * axis.size + index[axis.k]);

    private static int[] Index(int flat, int[] shape)
    {
        var index = new int[shape.Length];
        for (var k = shape.Length - 1; k >= 0; k--)
            (flat, index[k]) = (flat / shape[k], flat % shape[k]);
        return index;
    }
}
