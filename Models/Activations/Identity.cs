namespace GpuNN;

/// <summary>Identity: y = x, the output of a regression. Shapes: y as x.</summary>
public sealed class Identity : Layer, IKeepsShape
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x;
}
