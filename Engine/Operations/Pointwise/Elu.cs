namespace GpuNN.Operations;

/// <summary>
/// Exponential linear unit: y = x where x > 0, else a (exp(x) - 1), with the depth a a number or a tensor that broadcasts.
/// dx = dy where x > 0, else (y + a) dy; da = dy (exp(x) - 1) where x is not above 0. At 0 the slope is a.
/// </summary>
public sealed record Elu() : PointwiseOperation(typeof(Pointwise.Elu))
{
    // A depth that is known to be 0 or more leaves the sign alone: then y tells it, and x need not be kept. The product is
    // written as a sum of two, because y + a alone would be computed in the forward pass and take up memory until the backward one.
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var (x, depth) = (node.Inputs[0], node.Inputs[1]);
        var sign = depth is Constant { Value: >= 0 } ? node : x;
        return [Choices.WhereGreater(sign, 0f, dy, dy * node + depth * dy), Choices.WhereGreater(x, 0f, 0f, dy * x.Map<Pointwise.Expm1>())];
    }
}
