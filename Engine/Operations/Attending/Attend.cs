using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// Scaled dot-product attention: y[i] = sum_j p[i, j] v[j] with p[i] = softmax over j of (scale q[i].k[j] + mask[i, j]), for each item and head;
/// without a matrix of scores in memory. A query that sees no key gets zeros, and gives no gradient.
/// Operands: those of <see cref="AttentionForm"/>. Outputs: y (batch, queries, heads * value width), and the logarithm of each row's sum of
/// exponentials (batch, heads, queries), which is for the gradient alone and has none itself.
/// Sources: Vaswani et al. (2017), "Attention is all you need"; Dao et al. (2022), "FlashAttention".
/// </summary>
/// <param name="Form">Heads, scale, and what hides keys.</param>
public sealed record Attend(AttentionForm Form) : PackedOperation
{
    /// <inheritdoc/>
    public override void CheckKinds(ReadOnlySpan<Tensor> x) => Form.CheckKinds(this, x);

    /// <inheritdoc/>
    public override Part[] Parts(ReadOnlySpan<Shape> x)
    {
        var sizes = Form.Sizes(this, x);
        return Behind([sizes.Items, sizes.Queries, sizes.Y.Row], AttentionForm.Statistics(sizes));
    }

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor?[] dy, bool[] wanted)
    {
        var gradients = new Tensor?[Form.Operands];
        if (dy[0] is not { } own)
            return gradients;
        if (wanted.AsSpan(0, Form.Sources).Contains(true))
            new AttendGradient(Form).Apply([.. node.Inputs, .. Outputs(node), own]).CopyTo(gradients, 0);
        // A mask is seldom learned: its gradient, a number for each pair of steps, is worked out plainly.
        if (Form.MaskAt is { } at && wanted[at])
            gradients[at] = Composed.Gradients(x => PlainAttention.Results(Form, x, Lengths(node)), PlainAttention.Floats(Form, node.Inputs), own)[^1];
        return gradients;
    }

    /// <inheritdoc/>
    public override long Workspace(Route route, Operands at) => new TiledAttention(route, Form.Sizes(this, at.Shapes)).Workspace;

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at)
    {
        var ready = (Ready)(at.Prepared ??= new Ready(this, route, at));
        ready.Kernel.Run(Form.Views(at, ready.Y.Of(at.Output), ready.Statistics.Of(at.Output)), at.Workspace);
    }

    private Tensor? Lengths(Node node) => Form.LengthsAt is { } at ? node.Inputs[at] : null;

    private sealed class Ready
    {
        public Ready(Attend operation, Route route, Operands at)
        {
            var shapes = at.Shapes;
            Kernel = new TiledAttention(route, operation.Form.Sizes(operation, shapes));
            var parts = operation.Parts(shapes);
            (Y, Statistics) = (parts[0], parts[1]);
        }

        public TiledAttention Kernel { get; }

        public Part Y { get; }

        public Part Statistics { get; }
    }
}
