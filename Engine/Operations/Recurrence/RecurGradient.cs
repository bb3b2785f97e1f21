using GpuNN.Cells;
using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// The gradient of <see cref="Recur{TCell}"/>, back through all steps.
/// Operands: U, v, all hidden states, all cells, what the steps kept, dh after the last step, dc after it if there are cells, dh of all steps if the
/// loss depends on them, lengths if there are any.
/// Outputs: dx, dU (one number where it is not wanted), dv, dh0, and dc0 if there are cells.
/// </summary>
/// <typeparam name="TCell">The cell.</typeparam>
/// <param name="Backwards">As in the run.</param>
/// <param name="HasSteps">Whether there is a gradient by the outputs of all steps.</param>
/// <param name="HasLengths">Whether sequences have lengths.</param>
/// <param name="LearnsWeights">Whether the gradient by U is wanted.</param>
public sealed record RecurGradient<TCell>(bool Backwards, bool HasSteps, bool HasLengths, bool LearnsWeights) : PackedOperation where TCell : struct, IRecurrentCell
{
    private static int AtSteps => 5 + Recurrences.States<TCell>();

    private int AtLengths => AtSteps + (HasSteps ? 1 : 0);

    /// <inheritdoc/>
    public override string Name => $"Recur {Recurrences.NameOf<TCell>()}{(Backwards ? " backwards" : "")} gradient";

    /// <inheritdoc/>
    public override void CheckKinds(ReadOnlySpan<Tensor> x) => Recurrences.CheckKinds(this, x, AtLengths);

    /// <inheritdoc/>
    public override Part[] Parts(ReadOnlySpan<Shape> x)
    {
        var shape = ShapeOf(x[0], x[4]);
        Shape inputs = [shape.Steps, shape.Batch, TCell.Gates * shape.Units], state = [shape.Batch, shape.Units];
        return Behind([inputs, LearnsWeights ? x[0] : [1], x[1], state, .. TCell.HasCell ? [state] : Array.Empty<Shape>()]);
    }

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor?[] dy, bool[] wanted) => throw new NotSupportedException(
        $"{Name}: has no gradient of its own.\nFor second derivatives write the cell as formulas under Graph.Scan.");

    /// <inheritdoc/>
    public override long Workspace(Route route, Operands at) => new RecurrenceKernels<TCell>(route, ShapeOf(at.ShapeOf(0), at.ShapeOf(4))).GradientWorkspace;

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at)
    {
        var ready = (Ready)(at.Prepared ??= new Ready(
            new RecurrenceKernels<TCell>(route, ShapeOf(at.ShapeOf(0), at.ShapeOf(4))), Parts(at.Shapes)));
        ready.Kernels.Gradient(
            new RecurrenceViews
            {
                Weights = at[0],
                Vectors = at[1],
                Hidden = at[2],
                Cells = TCell.HasCell ? at[3] : default,
                Kept = at[4],
                Lengths = HasLengths ? at[AtLengths] : default,
                Workspace = at.Workspace,
            },
            new RecurrenceGradientViews
            {
                DLastHidden = at[5],
                DLastCell = TCell.HasCell ? at[6] : default,
                DHidden = HasSteps ? at[AtSteps] : default,
                DX = ready.Parts[0].Of(at.Output),
                DWeights = LearnsWeights ? ready.Parts[1].Of(at.Output) : default,
                DVectors = ready.Parts[2].Of(at.Output),
                DInitialHidden = ready.Parts[3].Of(at.Output),
                DInitialCell = TCell.HasCell ? ready.Parts[4].Of(at.Output) : default,
            });
    }

    private RecurrenceShape ShapeOf(Shape weights, Shape kept) => new(kept[0], kept[1], weights[0], Backwards);

    private sealed record Ready(RecurrenceKernels<TCell> Kernels, Part[] Parts);
}
