namespace GpuNN;

/// <summary>Rectified linear unit: y = max(x, 0). Shapes: y as x. Source: Nair and Hinton (2010).</summary>
public sealed class Relu : Layer, IKeepsShape
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Relu();
}
