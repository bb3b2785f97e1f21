using GpuNN.Cells;
using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// The gradient of <see cref="Recur{TCell}"/>, back through all steps.
/// Operands: x, W, U, v, all hidden states, all cells, what the steps kept, dh after the last step, dc after it if there are cells, dh of all steps if the
/// loss depends on them, lengths if there are any.
/// Outputs: dx, dW, dU (each one number where it is not wanted), dv, dh0, and dc0 if there are cells.
/// </summary>
/// <typeparam name="TCell">The cell.</typeparam>
/// <param name="Backwards">As in the run.</param>
/// <param name="HasSteps">Whether there is a gradient by the outputs of all steps.</param>
/// <param name="HasLengths">Whether sequences have lengths.</param>
/// <param name="WantsInputs">Whether the gradient by x is wanted.</param>
/// <param name="WantsInputWeights">Whether the gradient by W is wanted.</param>
/// <param name="WantsWeights">Whether the gradient by U is wanted.</param>
public sealed record RecurGradient<TCell>(
    bool Backwards, bool HasSteps, bool HasLengths, bool WantsInputs, bool WantsInputWeights, bool WantsWeights) : PackedOperation where TCell : struct, IRecurrentCell
{
    private static int AtSteps => 7 + Recurrences.States<TCell>();

    private int AtLengths => AtSteps + (HasSteps ? 1 : 0);

    /// <inheritdoc/>
    public override string Name => $"Recur {Recurrences.NameOf<TCell>()}{(Backwards ? " backwards" : "")} gradient";

    /// <inheritdoc/>
    public override void CheckKinds(ReadOnlySpan<Tensor> x) => Recurrences.CheckKinds(this, x, AtLengths);

    /// <inheritdoc/>
    public override Part[] Parts(ReadOnlySpan<Shape> x)
    {
        Shape none = [1], state = [x[0][1], x[2][0]];
        return Behind(
        [
            WantsInputs ? x[0] : none, WantsInputWeights ? x[1] : none, WantsWeights ? x[2] : none, x[3], state,
            .. TCell.HasCell ? [state] : Array.Empty<Shape>(),
        ]);
    }

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor?[] dy, bool[] wanted) => throw new NotSupportedException(
        $"{Name}: has no gradient of its own.\nFor second derivatives write the cell as formulas under Graph.Scan.");

    /// <inheritdoc/>
    public override long Workspace(Route route, Operands at) => new RecurrenceKernels<TCell>(route, ShapeOf(at), WantsInputs).GradientWorkspace;

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at)
    {
        var ready = (Ready)(at.Prepared ??= new Ready(
            new RecurrenceKernels<TCell>(route, ShapeOf(at), WantsInputs), Parts(at.Shapes)));
        ready.Kernels.Gradient(
            new RecurrenceViews
            {
                X = at[0],
                InputWeights = at[1],
                Weights = at[2],
                Vectors = at[3],
                Hidden = at[4],
                Cells = TCell.HasCell ? at[5] : default,
                Kept = at[6],
                Lengths = HasLengths ? at[AtLengths] : default,
                Workspace = at.Workspace,
            },
            new RecurrenceGradientViews
            {
                DLastHidden = at[7],
                DLastCell = TCell.HasCell ? at[8] : default,
                DHidden = HasSteps ? at[AtSteps] : default,
                DX = WantsInputs ? ready.Parts[0].Of(at.Output) : default,
                DInputWeights = WantsInputWeights ? ready.Parts[1].Of(at.Output) : default,
                DWeights = WantsWeights ? ready.Parts[2].Of(at.Output) : default,
                DVectors = ready.Parts[3].Of(at.Output),
                DInitialHidden = ready.Parts[4].Of(at.Output),
                DInitialCell = TCell.HasCell ? ready.Parts[5].Of(at.Output) : default,
            });
    }

    private RecurrenceShape ShapeOf(Operands at)
    {
        var x = at.ShapeOf(0);
        return new(x[0], x[1], x[2], at.ShapeOf(2)[0], Backwards);
    }

    private sealed record Ready(RecurrenceKernels<TCell> Kernels, Part[] Parts);
}
