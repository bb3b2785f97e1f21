using GpuNN.Cells;

namespace GpuNN.Kernels;

/// <summary>
/// A recurrent layer's run over a whole sequence and its gradient; a cell says what a unit does at a step.
/// Shapes: X (steps, batch, features), input weights W (features, gates * units), recurrent weights U (units, gates * units), vectors (gates + extras, units)
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
    private readonly MatrixProduct? inputs;
    private readonly MatrixProduct? inputsBack;
    private readonly MatrixProduct? inputWeights;

    /// <summary>A run made ready for a route.</summary>
    /// <param name="route">Where it runs.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="wantsInputs">Whether the gradient by the inputs is wanted.</param>
    public RecurrenceKernels(Route route, in RecurrenceShape shape, bool wantsInputs = false)
    {
        this.route = route;
        this.shape = shape;
        if (route is HostRoute host)
            plan = new RecurrencePlan(shape, TCell.Gates, TCell.HasOwnProduct, host.LaneWidth);
        if (plan is not { TakesInputs: true })
            inputs = new MatrixProduct(route, new MatMulShape(1, shape.Rows, Columns, shape.Features));
        if (wantsInputs)
            inputsBack = new MatrixProduct(route, new MatMulShape(1, shape.Rows, shape.Features, Columns, TransposeB: true));
        if (plan is not null)
            return;
        inputWeights = new MatrixProduct(route, new MatMulShape(1, shape.Features, Columns, shape.Rows, TransposeA: true));
        product = new MatrixProduct(route, new MatMulShape(1, shape.Batch, Columns, shape.Units));
        back = new MatrixProduct(route, new MatMulShape(1, shape.Batch, shape.Units, Columns, TransposeB: true));
        weights = new MatrixProduct(route, new MatMulShape(1, shape.Units, Columns, shape.Rows, TransposeA: true));
    }

    private static int Vectors => TCell.Gates + TCell.Extras;

    private int Columns => checked(TCell.Gates * shape.Units);

    // Numbers of the inputs of all gates.
    private long Inputs => (long)shape.Rows * Columns;

    // Numbers of the gradient by the product of the states where it is not that by the product of the inputs.
    private long OwnProduct => TCell.HasOwnProduct ? Inputs : 0;

    // On the host the gradient of the input weights is made of what lies in the cache.
    private bool NeedsInputFlows => plan is null || inputsBack is not null;

    /// <summary>Floats of scratch that <see cref="Run"/> needs.</summary>
    public long Workspace
    {
        get
        {
            var steps = plan?.ForwardWorkspace ?? HostMemory.Room((long)shape.Batch * Columns) + product!.Workspace;
            return inputs is null ? steps : HostMemory.Room(Inputs) + Math.Max(inputs.Workspace, steps);
        }
    }

    /// <summary>Floats of scratch that <see cref="Gradient"/> needs.</summary>
    public long GradientWorkspace
    {
        get
        {
            var steps = plan?.BackWorkspace(Vectors)
                ?? 3 * HostMemory.Room(shape.State) + HostMemory.Room((long)Vectors * shape.State) + HostMemory.Room(OwnProduct)
                    + Math.Max(back!.Workspace, Math.Max(weights!.Workspace, inputWeights!.Workspace));
            return NeedsInputFlows ? HostMemory.Room(Inputs) + Math.Max(inputsBack?.Workspace ?? 0, steps) : steps;
        }
    }

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
        var (x, scratch) = (at.Workspace.Slice(0, 0), at.Workspace);
        if (inputs is not null)
        {
            (x, scratch) = SplitOff(Inputs, at.Workspace);
            inputs.Run(at.X, at.InputWeights, x, scratch);
        }
        if (route is HostRoute host)
            LaneChoice.Run(host, new HostRecurrence<TCell>(host, plan!, at, x, scratch));
        else
            RunSteps(at, x, scratch);
    }

    /// <summary>The gradient of the run; that by the inputs is empty unless it is wanted.</summary>
    public void Gradient(RecurrenceViews at, RecurrenceGradientViews d)
    {
        if (shape.State == 0)
        {
            route.Fill(d.DVectors, 0);
            route.Fill(d.DWeights, 0);
            route.Fill(d.DInputWeights, 0);
            return;
        }
        var (dInputs, scratch) = NeedsInputFlows ? SplitOff(Inputs, at.Workspace) : (at.Workspace.Slice(0, 0), at.Workspace);
        if (route is HostRoute host)
            LaneChoice.Run(host, new HostRecurrenceGradient<TCell>(host, plan!, at, d, dInputs, scratch));
        else
            RunStepsBack(at, d, dInputs, scratch);
        inputsBack?.Run(dInputs, at.InputWeights, d.DX, scratch);
    }

    private static (View Part, View Behind) SplitOff(long count, in View workspace)
    {
        var room = HostMemory.Room(count);
        return (workspace.Slice(0, count), workspace.Slice(room, workspace.Length - room));
    }

    private void RunSteps(in RecurrenceViews at, in View x, in View free)
    {
        var (p, scratch) = SplitOff((long)shape.Batch * Columns, free);
        for (var turn = 0; turn < shape.Steps; turn++)
        {
            var step = shape.Step(turn);
            product!.Run(Prior(at.Hidden, step), at.Weights, p, scratch);
            route.Each(shape.State, new RecurrenceStepBody<TCell>
            {
                X = Rows(x, step, TCell.Gates).Floats,
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

    private void RunStepsBack(in RecurrenceViews at, in RecurrenceGradientViews d, in View dInputs, in View free)
    {
        var (recurrent, rest) = SplitOff(shape.State, free);
        (var carried, rest) = SplitOff(shape.State, rest);
        (var carriedCell, rest) = SplitOff(shape.State, rest);
        (var sums, rest) = SplitOff((long)Vectors * shape.State, rest);
        (var ownProduct, var scratch) = SplitOff(OwnProduct, rest);
        route.Copy(d.DLastHidden, carried);
        if (TCell.HasCell)
            route.Copy(d.DLastCell, carriedCell);
        route.Fill(sums, 0);
        var flow = TCell.HasOwnProduct ? ownProduct : dInputs;
        for (var turn = shape.Steps - 1; turn >= 0; turn--)
        {
            var step = shape.Step(turn);
            if (turn < shape.Steps - 1)
                back!.Run(Rows(flow, shape.Step(turn + 1), TCell.Gates), at.Weights, recurrent, scratch);
            route.Each(shape.State, new RecurrenceBackBody<TCell>
            {
                Recurrent = recurrent.Floats,
                DHidden = (d.DHidden.Length > 0 ? Rows(d.DHidden, step, 1) : d.DHidden).Floats,
                Carried = carried.Floats,
                CarriedCell = carriedCell.Floats,
                DX = Rows(dInputs, step, TCell.Gates).Floats,
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
            back!.Run(Rows(flow, shape.Step(0), TCell.Gates), at.Weights, recurrent, scratch);
            route.Each(shape.State, new AddBody { X = recurrent.Floats, Y = d.DInitialHidden.Floats });
        }
        if (TCell.HasCell)
            route.Copy(carriedCell, d.DInitialCell);
        if (d.DWeights.Length > 0)
            weights!.Run(at.Hidden.Slice(shape.AtPriors, (long)shape.Steps * shape.State), flow, d.DWeights, scratch);
        if (d.DInputWeights.Length > 0)
            inputWeights!.Run(at.X, dInputs, d.DInputWeights, scratch);
        route.Each(checked(Vectors * shape.Units), new RecurrenceSumBody { Sums = sums.Floats, DVectors = d.DVectors.Floats, Batch = shape.Batch, Units = shape.Units });
    }

    private View Rows(in View all, int step, int numbers) => all.Slice((long)step * shape.State * numbers, (long)shape.State * numbers);

    private View Prior(in View states, int step) => State(states, shape.AtPriors, step);

    private View After(in View states, int step) => State(states, shape.AtStates, step);

    // Without cells their view is empty.
    private View State(in View states, int first, int step) => states.Length > 0 ? states.Slice(first + (long)step * shape.State, shape.State) : states;
}
