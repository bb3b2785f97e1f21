using GpuNN.Kernels;
using GpuNN.Operations;

namespace GpuNN.Operations
{
    /// <summary>
    /// Matrix product: y = op(a) op(b), where op transposes the last two axes or does nothing.
    /// Shapes: op(a) (batch..., rows, inner), op(b) (batch..., inner, columns), y (batch..., rows, columns). The axes before the last two
    /// are equal, or one operand has only two axes and serves the whole batch.
    /// </summary>
    /// <param name="TransposeA">Takes a transposed.</param>
    /// <param name="TransposeB">Takes b transposed.</param>
    public sealed record MatMul(bool TransposeA = false, bool TransposeB = false) : KernelOperation, IEndedOperation
    {
        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x)
        {
            var (a, b) = (x[0], x[1]);
            if (a.Rank < 2 || b.Rank < 2)
                throw ShapeException.For(this, x, wanted: "needs operands of two axes or more, (rows, inner) times (inner, columns)",
                    fix: "Reshape a vector to one row or one column first.");
            if (Inner(a) != (TransposeB ? b[^1] : b[^2]))
                throw ShapeException.For(this, x, wanted: $"needs {(TransposeA ? "(inner, rows)" : "(rows, inner)")} times {(TransposeB ? "(columns, inner)" : "(inner, columns)")}",
                    fix: a.Last == b.Last ? "The last axes agree: transpose the second operand." : a[^2] == b[^2] ? "The second last axes agree: transpose the first operand." : "The inner sizes must agree.");
            var batchA = Shape.Of(a.Sizes[..^2]);
            var batchB = Shape.Of(b.Sizes[..^2]);
            if (batchA != batchB && batchA.Rank > 0 && batchB.Rank > 0)
                throw ShapeException.For(this, x, wanted: "needs equal axes before the last two, or none on one side",
                    fix: "Reshape or broadcast the batch axes of one operand.");
            return Shape.Of([.. (batchA.Rank > 0 ? batchA : batchB).Sizes, Rows(a), TransposeB ? b[^2] : b[^1]]);
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy)
        {
            var (a, b) = (node.Inputs[0], node.Inputs[1]);
            // One right operand for a whole batch: its gradient is one product over all rows of the batch, and not a sum of many.
            if (b.Shape.Rank == 2 && a.Shape.Rank > 2 && !TransposeA)
                return [Product(dy, b, false, !TransposeB), TransposeB ? Product(Tall(dy), Tall(a), true, false) : Product(Tall(a), Tall(dy), true, false)];
            var da = TransposeA ? Product(b, dy, TransposeB, true) : Product(dy, b, false, !TransposeB);
            var db = TransposeB ? Product(dy, a, true, TransposeA) : Product(a, dy, !TransposeA, false);
            return [Shared(da, a), Shared(db, b)];
        }

        private static Tensor Tall(Tensor x) => x.Reshape([(int)(x.Shape.Elements / Math.Max(1, x.Shape.Last)), x.Shape.Last]);

        // An operand that serves the whole batch gets the sum over the batch.
        private static Tensor Shared(Tensor gradient, Tensor operand) =>
            gradient.Shape == operand.Shape ? gradient : gradient.SumTo(operand.Shape);

        internal static Tensor Product(Tensor a, Tensor b, bool transposeA, bool transposeB) =>
            Graph.Node(new MatMul(transposeA, transposeB), a, b);

        /// <inheritdoc/>
        public override long Workspace(Route route, Operands at) => new MatrixProduct(route, Sizes(at)).Workspace;

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) => ((IEndedOperation)this).Launch(route, at, null);

        int IEndedOperation.RowAxes(Shape y) => 1;

        void IEndedOperation.Launch(Route route, Operands at, ProductEnd? end) =>
            ((MatrixProduct)(at.Prepared ??= new MatrixProduct(route, Sizes(at)))).Run(at[0], at[1], at.Output, at.Workspace, end);

        private MatMulShape Sizes(Operands at)
        {
            var (a, b, y) = (at.ShapeOf(0), at.ShapeOf(1), at.Shape);
            var batch = y.Before(y.Rank - 2);
            // A shared right operand makes one tall product of the batch.
            return b.Rank == 2 && a.Rank > 2 && !TransposeA
                ? new MatMulShape(1, batch * y[^2], y[^1], Inner(a), false, TransposeB)
                : new MatMulShape(batch, y[^2], y[^1], Inner(a), TransposeA, TransposeB, SharedA: a.Rank == 2 && b.Rank > 2, SharedB: b.Rank == 2 && a.Rank > 2);
        }

        private int Rows(Shape a) => TransposeA ? a[^1] : a[^2];

        private int Inner(Shape a) => TransposeA ? a[^2] : a[^1];
    }
}

namespace GpuNN
{
    /// <summary>Products of tensors.</summary>
    public static class Products
    {
        /// <summary>Matrix product over the last two axes. A transposed operand costs nothing: it is read as it lies.</summary>
        public static Tensor MatMul(this Tensor a, Tensor b)
        {
            var (left, transposeA) = Untransposed(a);
            var (right, transposeB) = Untransposed(b);
            return Operations.MatMul.Product(left, right, transposeA, transposeB);
        }

        private static (Tensor, bool) Untransposed(Tensor x) =>
            x is Node { Operation: Permute permute } node && permute.SwapsLastTwo ? (node.Inputs[0], true) : (x, false);
    }
}
