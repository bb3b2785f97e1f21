using GpuNN.Kernels;
using GpuNN.Operations;

namespace GpuNN.Operations
{
    /// <summary>
    /// Rows of a table by index: y[p, :] = table[index[p], :].
    /// Shapes: table (rows, width...), index any shape of integers, y (index shape..., width...). An index outside the table gives NaN.
    /// </summary>
    public sealed record Gather() : KernelOperation
    {
        /// <inheritdoc/>
        public override void CheckKinds(ReadOnlySpan<Tensor> x) => Indices.Check(this, x, table: 0, index: 1);

        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => x[0].Rank > 0
            ? Shape.Of([.. x[1].Sizes, .. x[0].Skip(1).Sizes])
            : throw ShapeException.For(this, x, wanted: "needs a table (rows, ...)", fix: "Reshape the table to rows.");

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) =>
            [Graph.Node(new ScatterAdd(node.Inputs[0].Shape), dy, node.Inputs[1]), null];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at)
        {
            var table = at.ShapeOf(0);
            GatherKernels.Run(route, at[0], at[1], at.Output, table[0], table.From(1), (int)at.ShapeOf(1).Elements);
        }
    }

    /// <summary>
    /// Rows added to a table of zeros by index, in the order of the positions: the adjoint of <see cref="Gather"/>.
    /// </summary>
    /// <param name="Table">Shape of the table.</param>
    public sealed record ScatterAdd(Shape Table) : KernelOperation
    {
        /// <inheritdoc/>
        public override void CheckKinds(ReadOnlySpan<Tensor> x) => Indices.Check(this, x, table: 0, index: 1);

        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => Table.Rank > 0 && x[0] == Shape.Of([.. x[1].Sizes, .. Table.Skip(1).Sizes])
            ? Table
            : throw ShapeException.For(this, x, wanted: $"needs one row of {Table} for each index", fix: "The first operand has the shape of the indices followed by that of a row.");

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [Graph.Node(new Gather(), dy, node.Inputs[1]), null];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) =>
            GatherKernels.ScatterAdd(route, at[0], at[1], at.Output, Table[0], Table.From(1), (int)at.ShapeOf(1).Elements);
    }

    /// <summary>Labels as rows of zeros with a one: y[p, c] = 1 where c = label[p]. A label outside the classes gives zeros.</summary>
    /// <param name="Classes">Number of classes.</param>
    public sealed record OneHot(int Classes) : KernelOperation
    {
        /// <inheritdoc/>
        public override void CheckKinds(ReadOnlySpan<Tensor> x) => Indices.Check(this, x, table: null, index: 0);

        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => Shape.Of([.. x[0].Sizes, Classes]);

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [null];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) => LabelKernels.OneHot(route, at[0], at.Output, (int)at.ShapeOf(0).Elements, Classes);
    }

    /// <summary>1 where two integers agree, else 0.</summary>
    public sealed record EqualLabels() : KernelOperation
    {
        /// <inheritdoc/>
        public override void CheckKinds(ReadOnlySpan<Tensor> x)
        {
            Indices.Check(this, x, table: null, index: 0);
            Indices.Check(this, x, table: null, index: 1);
        }

        /// <inheritdoc/>
        public override Shape Infer(ReadOnlySpan<Shape> x) => x[0] == x[1] ? x[0] : throw ShapeException.For(this, x,
            wanted: "needs equal shapes", fix: "Reshape one of them.");

        /// <inheritdoc/>
        public override Tensor?[] Gradient(Node node, Tensor dy) => [null, null];

        /// <inheritdoc/>
        public override void Launch(Route route, Operands at) => LabelKernels.Equal(route, at[0], at[1], at.Output, (int)at.Shape.Elements);
    }

    internal static class Indices
    {
        public static void Check(Operation operation, ReadOnlySpan<Tensor> x, int? table, int index)
        {
            if (table is { } numbers && x[numbers].Kind != ElementKind.Float)
                throw new ShapeException($"{operation.Name}: needs floats as operand {numbers}, but got {x[numbers]}.\nThe order is numbers, indices.");
            if (x[index].Kind != ElementKind.Int)
                throw new ShapeException($"{operation.Name}: needs integers as operand {index}, but got {x[index]}.\nDeclare them with graph.Labels, or take ArgMax.");
        }
    }
}

namespace GpuNN
{
    /// <summary>Labels and indices on tensors.</summary>
    public static class Indexing
    {
        /// <summary>Rows of a table by index.</summary>
        public static Tensor Gather(this Tensor table, Tensor indices) => Graph.Node(new Gather(), table, indices);

        /// <summary>Rows of a table by index, where indices that are fed and lie outside the table are refused then.</summary>
        public static Tensor GatherFed(this Tensor table, Tensor indices)
        {
            if (indices is Input { Kind: ElementKind.Int } fed)
                fed.Classes = fed.Classes == 0 ? table.Shape[0] : Math.Min(fed.Classes, table.Shape[0]);
            return table.Gather(indices);
        }

        /// <summary>Labels as rows of zeros with a one.</summary>
        public static Tensor OneHot(this Tensor labels, int classes) => Graph.Node(new OneHot(classes), labels);

        /// <summary>1 where two integers agree, else 0.</summary>
        public static Tensor EqualTo(this Tensor labels, Tensor others) => Graph.Node(new EqualLabels(), labels, others);
    }
}
