namespace GpuNN.Kernels;

/// <summary>
/// Sizes of a matrix product C[i] = op(A[i]) op(B[i]), where op transposes or does nothing.
/// Shapes: op(A) (rows, inner), op(B) (inner, columns), C (rows, columns), each item dense and row-major, the items of a
/// batch one behind the other; a shared operand has one item that serves them all. Any size may be 0; an inner size of 0
/// gives zeros.
/// </summary>
/// <param name="Batch">Number of products.</param>
/// <param name="Rows">Rows of op(A) and C.</param>
/// <param name="Columns">Columns of op(B) and C.</param>
/// <param name="Inner">Columns of op(A), rows of op(B).</param>
/// <param name="TransposeA">A is stored (inner, rows).</param>
/// <param name="TransposeB">B is stored (columns, inner).</param>
/// <param name="SharedA">One A for the whole batch.</param>
/// <param name="SharedB">One B for the whole batch.</param>
public readonly record struct MatMulShape(
    int Batch, int Rows, int Columns, int Inner,
    bool TransposeA = false, bool TransposeB = false, bool SharedA = false, bool SharedB = false)
{
    /// <summary>Multiply-adds of all products.</summary>
    public long MultiplyAdds => (long)Batch * Rows * Columns * Inner;

    /// <summary>Elements of A, all items.</summary>
    public long ElementsOfA => (SharedA ? 1L : Batch) * Rows * Inner;

    /// <summary>Elements of B, all items.</summary>
    public long ElementsOfB => (SharedB ? 1L : Batch) * Inner * Columns;

    /// <summary>Elements of C, all items.</summary>
    public long ElementsOfC => (long)Batch * Rows * Columns;

    /// <summary>
    /// The same numbers as a product that runs faster: a batch of products with one B is one product of all their rows;
    /// a column vector is a row vector if the operands are exchanged; a vector needs no transpose.
    /// </summary>
    /// <param name="isSwapped">Whether A and B are to be exchanged.</param>
    internal MatMulShape Simplified(out bool isSwapped)
    {
        var simple = this;
        if (Batch > 1 && SharedB && !SharedA && !TransposeA && (long)Batch * Rows <= int.MaxValue)
            simple = simple with { Batch = 1, Rows = Batch * Rows };
        if (simple.Batch == 1)
            simple = simple with { SharedA = false, SharedB = false };
        isSwapped = simple.Columns == 1 && simple.Rows > 1;
        if (isSwapped)
        {
            simple = new MatMulShape(simple.Batch, 1, simple.Rows, Inner, TransposeB: !TransposeA,
                SharedA: simple.SharedB, SharedB: simple.SharedA);
        }
        return simple with
        {
            TransposeA = simple.TransposeA && simple.Rows > 1 && Inner > 1,
            TransposeB = simple.TransposeB && simple.Columns > 1 && Inner > 1,
        };
    }
}
