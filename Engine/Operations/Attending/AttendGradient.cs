using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// The gradients of <see cref="Attend"/> by queries, keys and values, or by the one tensor of all three; each in its operand's shape.
/// Operands: those of attention, its two outputs, and the gradient of the first.
/// </summary>
/// <param name="Form">Heads, scale, and what hides keys.</param>
public sealed record AttendGradient(AttentionForm Form) : PackedOperation
{
    /// <inheritdoc/>
    public override void CheckKinds(ReadOnlySpan<Tensor> x) => Form.CheckKinds(this, x);

    /// <inheritdoc/>
    public override Part[] Parts(ReadOnlySpan<Shape> x)
    {
        Form.Sizes(this, x);
        return Behind(x[..Form.Sources]);
    }

    // The outputs of attention are functions of its operands; the plain formula sees through them, so that what depends on them counts with these.
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor?[] dy, bool[] wanted)
    {
        var lengths = Form.LengthsAt is { } place ? node.Inputs[place] : null;
        var floats = PlainAttention.Floats(Form, node.Inputs);
        var inner = Composed.Gradients(at =>
        {
            var first = ReverseWalk.Gradients(PlainAttention.Results(Form, at[..^1], lengths), at[..Form.Sources], at[^1]);
            return first.Zip(dy, (g, own) => own is null ? 0f : (g * own).Sum()).Aggregate((a, b) => a + b);
        }, [.. floats, node.Inputs[^1]], new Constant(1));
        var gradients = new Tensor?[node.Inputs.Count];
        Array.Copy(inner, gradients, Form.Sources);
        if (Form.MaskAt is { } mask)
            gradients[mask] = inner[^2];
        gradients[^1] = inner[^1];
        return gradients;
    }

    /// <inheritdoc/>
    public override long Workspace(Route route, Operands at) => new TiledAttentionGradient(route, Form.Sizes(this, at.Shapes)).Workspace;

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at)
    {
        var ready = (Ready)(at.Prepared ??= new Ready(this, route, at));
        var (k, v) = Form.Together ? (0, 0) : (1, 2);
        ready.Kernel.Run(Form.Views(at, at[Form.Operands], at[Form.Operands + 1]), at[Form.Operands + 2],
            ready.Parts[0].Of(at.Output), ready.Parts[k].Of(at.Output), ready.Parts[v].Of(at.Output), at.Workspace);
    }

    private sealed class Ready
    {
        public Ready(AttendGradient operation, Route route, Operands at)
        {
            var shapes = at.Shapes;
            Kernel = new TiledAttentionGradient(route, operation.Form.Sizes(operation, shapes));
            Parts = operation.Parts(shapes);
        }

        public TiledAttentionGradient Kernel { get; }

        public Part[] Parts { get; }
    }
}
