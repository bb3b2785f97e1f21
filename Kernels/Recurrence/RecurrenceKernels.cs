using GpuNN.Cells;

namespace GpuNN.Kernels;

/// <summary>
/// A recurrent layer's run over a whole sequence and its gradient; a cell says what a unit does at a step.
/// Shapes: X (steps, batch, gates * units) inputs of the gates without their biases, weights U (units, gates * units), vectors (gates + extras, units)
/// the biases and then what else a unit learns, lengths (batch) of integers, states as <see cref="RecurrenceShape"/> lays them out, kept
/// (steps, batch, kept * units). Past its length a sequence keeps its state, and no gradient comes from there.
/// </summary>
/// <typeparam name="TCell">The cell.</typeparam>
public sealed class RecurrenceKernels<TCell> where TCell : struct, IRecurrentCell
{
    private readonly Route route;
    private readonly RecurrenceShape shape;
    private readonly RecurrencePlan? plan;
    private readonly MatrixProduct? product;
    private readonly MatrixProduct? back;
    private readonly MatrixProduct? weights;

    /// <summary>A run made ready for a route.</summary>
    public RecurrenceKernels(Route route, in RecurrenceShape shape)
    {
        this.route = route;
        this.shape = shape;
        if (route is HostRoute host)
        {
            plan = new RecurrencePlan(shape, TCell.Gates, host.LaneWidth);
            return;
        }
        product = new MatrixProduct(route, new MatMulShape(1, shape.Batch, Columns, shape.Units));
        back = new MatrixProduct(route, new MatMulShape(1, shape.Batch, shape.Units, Columns, TransposeB: true));
        weights = new MatrixProduct(route, new MatMulShape(1, shape.Units, Columns, checked(shape.Steps * shape.Batch), TransposeA: true));
    }

    private static int Vectors => TCell.Gates + TCell.Extras;

    private int Columns => checked(TCell.Gates * shape.Units);

    /// <summary>Floats of scratch that <see cref="Run"/> needs.</summary>
    public long Workspace => plan?.ForwardWorkspace ?? HostMemory.Room((long)shape.Batch * Columns) + product!.Workspace;

    /// <summary>Floats of scratch that <see cref="Gradient"/> needs.</summary>
    public long GradientWorkspace => plan?.BackWorkspace(Vectors)
        ?? 3 * HostMemory.Room(shape.State) + HostMemory.Room((long)Vectors * shape.State) + HostMemory.Room(OwnProduct) + Math.Max(back!.Workspace, weights!.Workspace);

    // Numbers of the gradient by the product where it is not that by the inputs.
    private long OwnProduct => TCell.HasOwnProduct ? (long)shape.Steps * shape.Batch * Columns : 0;

    /// <summary>Runs the layer: the outputs, and the cells, of all steps.</summary>
    /// <param name="at">The operands.</param>
    /// <param name="initialHidden">Outputs before the first step.</param>
    /// <param name="initialCell">Cells before the first step; read where there are cells.</param>
    public void Run(RecurrenceViews at, in View initialHidden, in View initialCell)
    {
        if (shape.State == 0)
            return;
        route.Copy(initialHidden, at.Hidden.Slice(shape.AtInitial, shape.State));
        if (TCell.HasCell)
            route.Copy(initialCell, at.Cells.Slice(shape.AtInitial, shape.State));
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new HostRecurrence<TCell>(host, plan!, at));
            return;
        }
        var p = at.Workspace.Slice(0, (long)shape.Batch * Columns);
        var scratch = at.Workspace.Slice(HostMemory.Room(p.Length), product!.Workspace);
        for (var turn = 0; turn < shape.Steps; turn++)
        {
            var step = shape.Step(turn);
            product.Run(Prior(at.Hidden, step), at.Weights, p, scratch);
            route.Each(shape.State, new RecurrenceStepBody<TCell>
            {
                X = Rows(at.X, step, TCell.Gates).Floats,
                Product = p.Floats,
                Vectors = at.Vectors.Floats,
                Lengths = at.Lengths.Ints,
                Prior = Prior(at.Hidden, step).Floats,
                Hidden = After(at.Hidden, step).Floats,
                PriorCell = Prior(at.Cells, step).Floats,
                Cell = After(at.Cells, step).Floats,
                Kept = Rows(at.Kept, step, TCell.Kept).Floats,
                Units = shape.Units,
                Step = at.Lengths.Length > 0 ? step : -1,
            });
        }
    }

    /// <summary>The gradient of the run.</summary>
    public void Gradient(RecurrenceViews at, RecurrenceGradientViews d)
    {
        if (shape.State == 0)
        {
            route.Fill(d.DVectors, 0);
            route.Fill(d.DWeights, 0);
            return;
        }
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new HostRecurrenceGradient<TCell>(host, plan!, at, d));
            return;
        }
        var state = HostMemory.Room(shape.State);
        var recurrent = at.Workspace.Slice(0, shape.State);
        var carried = at.Workspace.Slice(state, shape.State);
        var carriedCell = at.Workspace.Slice(2 * state, shape.State);
        var sums = at.Workspace.Slice(3 * state, (long)Vectors * shape.State);
        var ownProduct = at.Workspace.Slice(3 * state + HostMemory.Room(sums.Length), OwnProduct);
        var free = 3 * state + HostMemory.Room(sums.Length) + HostMemory.Room(OwnProduct);
        var scratch = at.Workspace.Slice(free, back!.Workspace);
        route.Copy(d.DLastHidden, carried);
        if (TCell.HasCell)
            route.Copy(d.DLastCell, carriedCell);
        route.Fill(sums, 0);
        var flow = TCell.HasOwnProduct ? ownProduct : d.DX;
        for (var turn = shape.Steps - 1; turn >= 0; turn--)
        {
            var step = shape.Step(turn);
            if (turn < shape.Steps - 1)
                back.Run(Rows(flow, shape.Step(turn + 1), TCell.Gates), at.Weights, recurrent, scratch);
            route.Each(shape.State, new RecurrenceBackBody<TCell>
            {
                Recurrent = recurrent.Floats,
                DHidden = (d.DHidden.Length > 0 ? Rows(d.DHidden, step, 1) : d.DHidden).Floats,
                Carried = carried.Floats,
                CarriedCell = carriedCell.Floats,
                DX = Rows(d.DX, step, TCell.Gates).Floats,
                DProduct = Rows(flow, step, TCell.Gates).Floats,
                Sums = sums.Floats,
                Vectors = at.Vectors.Floats,
                Lengths = at.Lengths.Ints,
                Prior = Prior(at.Hidden, step).Floats,
                Hidden = After(at.Hidden, step).Floats,
                PriorCell = Prior(at.Cells, step).Floats,
                Cell = After(at.Cells, step).Floats,
                Kept = Rows(at.Kept, step, TCell.Kept).Floats,
                Units = shape.Units,
                Step = at.Lengths.Length > 0 ? step : -1,
                IsLast = turn == shape.Steps - 1 ? 1 : 0,
                HasDHidden = d.DHidden.Length > 0 ? 1 : 0,
            });
        }
        route.Copy(carried, d.DInitialHidden);
        if (shape.Steps > 0)
        {
            back.Run(Rows(flow, shape.Step(0), TCell.Gates), at.Weights, recurrent, scratch);
            route.Each(shape.State, new AddBody { X = recurrent.Floats, Y = d.DInitialHidden.Floats });
        }
        if (TCell.HasCell)
            route.Copy(carriedCell, d.DInitialCell);
        if (d.DWeights.Length > 0)
            weights!.Run(at.Hidden.Slice(shape.AtPriors, (long)shape.Steps * shape.State), flow, d.DWeights, at.Workspace.Slice(free, weights.Workspace));
        route.Each(checked(Vectors * shape.Units), new RecurrenceSumBody { Sums = sums.Floats, DVectors = d.DVectors.Floats, Batch = shape.Batch, Units = shape.Units });
    }

    private View Rows(in View all, int step, int numbers) => all.Slice((long)step * shape.State * numbers, (long)shape.State * numbers);

    private View Prior(in View states, int step) => State(states, shape.AtPriors, step);

    private View After(in View states, int step) => State(states, shape.AtStates, step);

    // Without cells their view is empty.
    private View State(in View states, int first, int step) => states.Length > 0 ? states.Slice(first + (long)step * shape.State, shape.State) : states;
}
