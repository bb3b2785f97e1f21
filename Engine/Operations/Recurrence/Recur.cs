using GpuNN.Cells;
using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// A recurrent layer's run over a whole sequence; the cell says what a unit does at a step.
/// Operands: x (steps, batch, features), W (features, gates * units) the input weights, U (units, gates * units) the recurrent weights, v (gates + extras,
/// units) the biases and what else a unit learns, h0 (batch, units), c0 (batch, units) if the cell has cells, and, if sequences have
/// lengths, lengths (batch) of integers: past its length a sequence keeps its state.
/// Outputs: h (steps, batch, units), the last h (batch, units), and, if the cell has cells, the last c (batch, units); what follows is for the gradient:
/// all states, all cells, and what the steps kept.
/// Sources: those of the cells; Werbos (1990), "Backpropagation through time: what it does and how to do it".
/// </summary>
/// <typeparam name="TCell">The cell.</typeparam>
/// <param name="Backwards">Whether it runs from the last step to the first; a sequence with a length then begins at its own last step.</param>
public sealed record Recur<TCell>(bool Backwards = false) : PackedOperation where TCell : struct, IRecurrentCell
{
    private static int AtLengths => 4 + Recurrences.States<TCell>();

    /// <inheritdoc/>
    public override string Name => $"Recur {Recurrences.NameOf<TCell>()}{(Backwards ? " backwards" : "")}";

    /// <inheritdoc/>
    public override void CheckKinds(ReadOnlySpan<Tensor> x) => Recurrences.CheckKinds(this, x, AtLengths);

    /// <inheritdoc/>
    public override Part[] Parts(ReadOnlySpan<Shape> x)
    {
        var shape = ShapeOf(x);
        var places = Behind([[shape.States], [TCell.HasCell ? shape.States : 1], [shape.Steps, shape.Batch, TCell.Kept, shape.Units]]);
        var (hidden, cells) = (places[0].Start, places[1].Start);
        Shape state = [shape.Batch, shape.Units], all = [shape.Steps, shape.Batch, shape.Units];
        var last = shape.Steps > 0 ? shape.AtLast : shape.AtInitial;
        return
        [
            new Part(hidden + shape.AtStates, all), new Part(hidden + last, state), .. TCell.HasCell ? [new Part(cells + last, state)] : Array.Empty<Part>(),
            .. places,
        ];
    }

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor?[] dy, bool[] wanted)
    {
        var states = Recurrences.States<TCell>();
        var shape = ShapeOf(Shapes(node));
        var outputs = Outputs(node);
        var (hidden, cells, kept) = (outputs[states + 1], outputs[states + 2], outputs[states + 3]);
        Shape state = [shape.Batch, shape.Units];
        var rule = new RecurGradient<TCell>(Backwards, HasSteps: dy[0] is not null, HasLengths: node.Inputs.Count > AtLengths,
            WantsInputs: wanted[0], WantsInputWeights: wanted[1], WantsWeights: wanted[2]);
        Tensor Last(int output) => dy[output] ?? new Constant(0).BroadcastTo(state);
        var d = rule.Apply(
        [
            .. node.Inputs.Take(4), hidden, cells, kept, Last(1), .. TCell.HasCell ? [Last(2)] : Array.Empty<Tensor>(),
            .. dy[0] is { } steps ? [steps] : Array.Empty<Tensor>(), .. node.Inputs.Skip(AtLengths),
        ]);
        return [.. d.Select((gradient, i) => i > 2 || wanted[i] ? gradient : null), .. node.Inputs.Skip(AtLengths).Select(_ => (Tensor?)null)];
    }

    /// <inheritdoc/>
    public override long Workspace(Route route, Operands at) => new RecurrenceKernels<TCell>(route, ShapeOf(at.Shapes)).Workspace;

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at)
    {
        var ready = (Ready)(at.Prepared ??= new Ready(
            new RecurrenceKernels<TCell>(route, ShapeOf(at.Shapes)), Parts(at.Shapes)));
        var states = Recurrences.States<TCell>();
        ready.Kernels.Run(
            new RecurrenceViews
            {
                X = at[0],
                InputWeights = at[1],
                Weights = at[2],
                Vectors = at[3],
                Lengths = at.Length > AtLengths ? at[AtLengths] : default,
                Hidden = ready.Parts[states + 1].Of(at.Output),
                Cells = TCell.HasCell ? ready.Parts[states + 2].Of(at.Output) : default,
                Kept = ready.Parts[states + 3].Of(at.Output),
                Workspace = at.Workspace,
            },
            at[4], TCell.HasCell ? at[5] : default);
    }

    private RecurrenceShape ShapeOf(ReadOnlySpan<Shape> x)
    {
        var states = Recurrences.States<TCell>();
        var units = x[2].Rank == 2 ? x[2][0] : 0;
        var columns = TCell.Gates * units;
        var fits = units > 0 && x[2][1] == columns && x[0].Rank == 3 && x[0][2] > 0 && x[1] == Shape.Of(x[0][2], columns)
            && x[3] == Shape.Of(TCell.Gates + TCell.Extras, units);
        for (var i = 0; fits && i < states; i++)
            fits = x[4 + i] == Shape.Of(x[0][1], units);
        if (fits && x.Length > AtLengths)
            fits = x[AtLengths] == Shape.Of(x[0][1]);
        return fits ? new RecurrenceShape(x[0][0], x[0][1], x[0][2], units, Backwards) : throw ShapeException.For(this, x,
            wanted: $"needs inputs (steps, batch, features), input weights (features, {TCell.Gates} * units), weights (units, {TCell.Gates} * units), vectors ({TCell.Gates + TCell.Extras}, units), "
                + $"{states} initial {(states == 1 ? "state" : "states")} (batch, units), and lengths (batch) or none",
            fix: "A state belongs to one batch: start a new one when the batch's size changes.");
    }

    private sealed record Ready(RecurrenceKernels<TCell> Kernels, Part[] Parts);
}
