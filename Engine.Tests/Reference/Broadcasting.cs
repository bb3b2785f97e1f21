namespace GpuNN.Tests;

internal static partial class Reference
{
    /// <summary>f of the operands, element by element, broadcast to the result's shape.</summary>
    public static double[] Pointwise(Shape[] shapes, double[][] x, Func<double[], double> f)
    {
        var shape = shapes.Aggregate((a, b) => Shape.Broadcast(a, b)!.Value);
        return Build([.. shape], index => f([.. shapes.Select((from, i) => x[i][Flat(Squeezed(index, from), [.. from])])]));
    }

    /// <summary>x written out in a larger shape.</summary>
    public static double[] Broadcast(double[] x, Shape from, Shape to) => Build([.. to], index => x[Flat(Squeezed(index, from), [.. from])]);

    private static int[] Squeezed(int[] index, Shape shape) =>
        [.. index.Skip(index.Length - shape.Rank).Select((at, axis) => shape[axis] == 1 ? 0 : at)];
}
