using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>The same number everywhere.</summary>
/// <param name="Value">The number.</param>
/// <param name="Shape">The shape.</param>
public sealed record Fill(float Value, Shape Shape) : KernelOperation
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x) => Shape;

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) => [];

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) => route.Fill(at.Output, Value);
}
