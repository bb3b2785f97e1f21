namespace GpuNN.Operations;

/// <summary>Power: y = a^b for a above 0; da = dy b y / a, db = dy y log a.</summary>
public sealed record Power() : PointwiseOperation(typeof(Pointwise.Power))
{
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var (a, b) = (node.Inputs[0], node.Inputs[1]);
        return [dy * b * node / a, dy * node * a.Log()];
    }
}
