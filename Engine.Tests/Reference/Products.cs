namespace GpuNN.Tests;

internal static partial class Reference
{
    /// <summary>Matrix product over the last two axes; an operand of two axes serves the whole batch.</summary>
    public static double[] MatMul(double[] a, Shape shapeA, double[] b, Shape shapeB, bool transposeA, bool transposeB)
    {
        int rows = transposeA ? shapeA[^1] : shapeA[^2], inner = transposeA ? shapeA[^2] : shapeA[^1], columns = transposeB ? shapeB[^2] : shapeB[^1];
        Shape batch = Shape.Of((shapeA.Rank > 2 ? shapeA : shapeB).Sizes[..^2]);
        return Build([(int)batch.Elements, rows, columns], at =>
        {
            var (left, right) = (shapeA.Rank > 2 ? at[0] * rows * inner : 0, shapeB.Rank > 2 ? at[0] * inner * columns : 0);
            double sum = 0;
            for (var k = 0; k < inner; k++)
                sum += a[left + (transposeA ? k * rows + at[1] : at[1] * inner + k)] * b[right + (transposeB ? at[2] * inner + k : k * columns + at[2])];
            return sum;
        });
    }
}
