namespace GpuNN;

/// <summary>
/// All axes of an item as one: the numbers stay where they are, so there is nothing to learn and nothing runs.
/// Shapes: x (batch, ...), y (batch, product of the rest).
/// </summary>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Flatten();
}
