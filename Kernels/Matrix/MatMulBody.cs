using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Device form of the matrix product: one element of C an index, its sum in order over the inner index.</summary>
/// <param name="a">A, all items.</param>
/// <param name="b">B, all items.</param>
/// <param name="c">C, all items.</param>
/// <param name="shape">Sizes: rows, columns, inner.</param>
public readonly struct MatMulBody(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, MatMulShape shape) : IBody
{
    private readonly ArrayView<float> a = a;
    private readonly ArrayView<float> b = b;
    private readonly ArrayView<float> c = c;
    private readonly int rows = shape.Rows;
    private readonly int columns = shape.Columns;
    private readonly int inner = shape.Inner;
    private readonly long itemOfA = shape.SharedA ? 0 : (long)shape.Rows * shape.Inner;
    private readonly long itemOfB = shape.SharedB ? 0 : (long)shape.Inner * shape.Columns;
    private readonly int rowOfA = shape.TransposeA ? 1 : shape.Inner;
    private readonly int stepOfA = shape.TransposeA ? shape.Rows : 1;
    private readonly int columnOfB = shape.TransposeB ? shape.Inner : 1;
    private readonly int stepOfB = shape.TransposeB ? 1 : shape.Columns;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var line = index / columns;
        var column = index - line * columns;
        var item = line / rows;
        var row = line - item * rows;
        var left = item * itemOfA + (long)row * rowOfA;
        var right = item * itemOfB + (long)column * columnOfB;
        var sum = 0f;
        for (var k = 0; k < inner; k++)
        {
            sum += a[left] * b[right];
            left += stepOfA;
            right += stepOfB;
        }
        c[index] = sum;
    }
}
