namespace GpuNN;

/// <summary>
/// The numbers of an item under other axes, row-major: they stay where they are, so there is nothing to learn and nothing runs.
/// Shapes: x (batch, ...), y (batch, item...), with as many numbers in an item.
/// </summary>
/// <param name="item">Shape of an item of y, without the batch axis.</param>
public sealed class Reshape(Shape item) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Shape.Rank == 0
        ? throw new ShapeException("Reshape: needs a batch axis, but got a single number.\nReshape the tensor itself first.")
        : x.Reshape(item.Prepend(x.Shape[0]));

    /// <inheritdoc/>
    public override string ToString() => $"Reshape{item}";
}
