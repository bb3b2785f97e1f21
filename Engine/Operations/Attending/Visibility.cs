using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// Which keys a query sees: y[n, i, j] = 1 where j lies before the end of what item n has and, if causal, is no later than i, else 0. The last
/// query and the last key are of the same time.
/// Operands: none, or keys that each item has, integers (items). Shapes: y (items, queries, keys).
/// </summary>
/// <param name="Items">Items; 1 without lengths.</param>
/// <param name="Queries">Queries.</param>
/// <param name="Keys">Keys.</param>
/// <param name="Causal">Whether later keys are hidden.</param>
public sealed record Visibility(int Items, int Queries, int Keys, bool Causal) : KernelOperation
{
    /// <inheritdoc/>
    public override void CheckKinds(ReadOnlySpan<Tensor> x)
    {
        if (x.Length > 0)
            Indices.Check(this, x, table: null, index: 0);
    }

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x) => x.Length == 0 || x[0] == Shape.Of(Items) ? [Items, Queries, Keys] : throw ShapeException.For(this, x,
        wanted: $"needs one length for each of {Items} items", fix: "Give the lengths the shape (batch).");

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) => new Tensor?[node.Inputs.Count];

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) =>
        VisibilityKernels.Run(route, at.Length > 0 ? at[0] : null, at.Output, Items, Queries, Keys, Causal);
}
