namespace GpuNN;

/// <summary>A function of one number applied to each: y = f(x). Shapes: y as x.</summary>
/// <typeparam name="F">The function, a struct of one's own or one of <c>GpuNN.Pointwise</c>.</typeparam>
public sealed class Map<F> : Layer, IKeepsShape where F : struct, IPointwise
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Map<F>();

    /// <inheritdoc/>
    public override string ToString() => typeof(F).Name;
}
