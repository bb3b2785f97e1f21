using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// One run of neighbouring axes reduced to one number: y[outer, inner] = scale * reduce over l of x[outer, l, inner].
/// The reduced axes stay as axes of size 1. The order of a sum depends on the shape alone.
/// </summary>
/// <param name="First">First reduced axis.</param>
/// <param name="Count">How many axes.</param>
public abstract record Reduce(int First, int Count) : KernelOperation
{
    /// <inheritdoc/>
    public sealed override Shape Infer(ReadOnlySpan<Shape> x)
    {
        var sizes = x[0].Sizes.ToArray();
        if (First < 0 || Count < 1 || First + Count > sizes.Length)
            throw ShapeException.For(this, x, wanted: $"needs the axes {First} to {First + Count - 1}", fix: "Name axes that the tensor has.");
        CheckLength(x, Shape.Of(sizes.AsSpan(First, Count)).Elements);
        Array.Fill(sizes, 1, First, Count);
        return Shape.Of(sizes);
    }

    /// <summary>Throws where a length cannot be reduced.</summary>
    protected virtual void CheckLength(ReadOnlySpan<Shape> x, long length)
    {
        if (length == 0)
            throw ShapeException.For(this, x, wanted: "needs at least one number along the reduced axes", fix: "Leave empty tensors out: nothing has no maximum.");
    }

    /// <summary>Sizes before, along and behind the reduced axes.</summary>
    protected (int Outer, int Length, int Inner) Sizes(Shape x) =>
        (x.Before(First), x.Along(First, Count), x.From(First + Count));

    /// <inheritdoc/>
    public override long Workspace(Route route, Operands at)
    {
        var (outer, length, inner) = Sizes(at.ShapeOf(0));
        return ReduceKernels.Workspace(outer, length, inner);
    }

    /// <summary>Queues the reduction.</summary>
    protected void Run<TReduction>(Route route, Operands at, float scale) where TReduction : struct, IReduction
    {
        var (outer, length, inner) = Sizes(at.ShapeOf(0));
        ReduceKernels.Run<TReduction>(route, at[0], at.Output, at.Workspace, outer, length, inner, scale);
    }
}

/// <summary>Sum times a factor; with the factor 1 / length it is the mean.</summary>
/// <param name="First">First reduced axis.</param>
/// <param name="Count">How many axes.</param>
/// <param name="Scale">The factor.</param>
public sealed record Sum(int First, int Count, float Scale) : Reduce(First, Count)
{
    /// <inheritdoc/>
    public override bool TakesBroadcastGradient => true;

    /// <inheritdoc/>
    protected override void CheckLength(ReadOnlySpan<Shape> x, long length) { }

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) => [dy * Scale];

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) => Run<SumReduction>(route, at, Scale);
}

/// <summary>Greatest number; NaN passes through. The gradient is shared equally by equal maxima.</summary>
/// <param name="First">First reduced axis.</param>
/// <param name="Count">How many axes.</param>
public sealed record Max(int First, int Count) : Reduce(First, Count)
{
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) => [Extremes.Share(node, dy, First, Count)];

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) => Run<MaxReduction>(route, at, 1);
}

/// <summary>Smallest number; NaN passes through. The gradient is shared equally by equal minima.</summary>
/// <param name="First">First reduced axis.</param>
/// <param name="Count">How many axes.</param>
public sealed record Min(int First, int Count) : Reduce(First, Count)
{
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) => [Extremes.Share(node, dy, First, Count)];

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) => Run<MinReduction>(route, at, 1);
}

internal static class Extremes
{
    public static Tensor Share(Node node, Tensor dy, int first, int count)
    {
        var hit = node.Inputs[0].Equal(node);
        return dy * hit / Graph.Node(new Sum(first, count, 1), hit);
    }
}
