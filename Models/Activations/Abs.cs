namespace GpuNN;

/// <summary>
/// Absolute value rectification: y = |x|, an even function, whose slope at 0 is 0. Shapes: y as x.
/// Source: Jarrett, Kavukcuoglu, Ranzato and LeCun (2009), "What is the best multi-stage architecture for object recognition?".
/// </summary>
public sealed class Abs : Layer, IKeepsShape
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Abs();
}
