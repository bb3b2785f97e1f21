using System.Runtime.CompilerServices;
using GpuNN.Cells;

namespace GpuNN.Kernels;

/// <summary>Host form of a recurrent layer's run: a task of a step multiplies its rows and units and then runs their gates.</summary>
/// <param name="host">Where it runs.</param>
/// <param name="plan">The cut.</param>
/// <param name="views">The operands.</param>
/// <param name="inputs">The products of all inputs with their weights; empty where the steps compute them.</param>
/// <param name="scratch">Scratch.</param>
internal readonly unsafe struct HostRecurrence<TCell>(HostRoute host, RecurrencePlan plan, RecurrenceViews views, View inputs, View scratch)
    : ILaneCall where TCell : struct, IRecurrentCell
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var shape = plan.Shape;
        var packed = scratch.Pointer;
        var packedInput = packed + plan.Forward.Packed + plan.Forward.Products;
        Pack<T>(plan.Forward, views.Weights.Pointer, packed);
        if (plan.TakesInputs)
            Pack<T>(plan.Input, views.InputWeights.Pointer, packedInput);
        var step = new StepOf<T>
        {
            Plan = plan,
            Views = views,
            Packed = packed,
            Products = packed + plan.Forward.Packed,
            PackedInput = packedInput,
            Inputs = plan.TakesInputs ? packedInput + plan.Input.Packed : inputs.Pointer,
            Vectors = views.Vectors.Pointer,
            Lengths = views.Lengths.Length > 0 ? views.Lengths.IntPointer : null,
        };
        for (var turn = 0; turn < shape.Steps; turn += plan.StepsOfChunk)
            RecurrentSteps.Run(host, plan.Forward, step, turn, Math.Min(turn + plan.StepsOfChunk, shape.Steps) - 1);
    }

    private void Pack<T>(UnitBlocks blocks, float* weights, float* packed) where T : struct, IHostLane<T> =>
        host.Split(blocks.Count, 1, new PackJob<T>(plan, blocks, weights, packed), blocks.PackedBlock * 0.2f);

    /// <summary>
    /// Packs weights (inner, gates * units) for the blocks [first, last) of units: for each inner index the columns of one strip, the gates of
    /// a vector of units side by side; units behind the last one get zeros.
    /// </summary>
    private readonly struct PackJob<T>(RecurrencePlan plan, UnitBlocks blocks, float* weights, float* packed) : IHostJob where T : struct, IHostLane<T>
    {
        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            var (units, strip) = (plan.Shape.Units, blocks.Width / blocks.Strips);
            for (var block = first; block < last; block++)
            {
                var to = packed + (long)block * blocks.PackedBlock;
                for (var s = 0; s < blocks.Strips; s++)
                {
                    for (var vector = 0; vector < blocks.VectorsOfStrip; vector++)
                    {
                        var (gate, part) = Math.DivRem(s * blocks.VectorsOfStrip + vector, blocks.Vectors);
                        var unit = block * blocks.Units + part * T.Width;
                        var count = Math.Clamp(units - unit, 0, T.Width);
                        var from = weights + gate * units + unit;
                        for (var k = 0; k < blocks.Inner; k++)
                            T.Store(to + (nint)k * strip + vector * T.Width, T.LoadPart(from + (nint)k * plan.Columns, count, 0));
                    }
                    to += (nint)blocks.Inner * strip;
                }
            }
        }
    }

    private struct StepOf<T> : IRecurrentStep where T : struct, IHostLane<T>
    {
        public RecurrencePlan Plan;
        public RecurrenceViews Views;
        public float* Packed;
        public float* Products;
        public float* PackedInput;
        public float* Inputs;
        public float* Vectors;
        public int* Lengths;
        private StepPlaces at;

        public void At(int turn) => at = StepPlaces.Of<TCell>(Plan.Shape, Views, turn);

        public readonly void Run(int block, int rowBlock)
        {
            var blocks = Plan.Forward;
            var (top, bottom) = blocks.PanelsOf(rowBlock);
            var (first, last) = (blocks.Panels.First(top), blocks.Panels.First(bottom));
            var products = Products + (long)block * Plan.Shape.Batch * blocks.Width;
            var inputs = InputsOf(block);
            Prefetch(block * blocks.Units, inputs, first, last);
            blocks.Multiply(at.Prior, Packed + (long)block * blocks.PackedBlock, products, top, bottom);
            if (Plan.TakesInputs)
            {
                Plan.Input.Multiply(at.X, PackedInput + (long)block * Plan.Input.PackedBlock, TCell.HasOwnProduct ? inputs.From : products, top, bottom,
                    adds: !TCell.HasOwnProduct);
            }
            for (var vector = 0; vector < blocks.Vectors; vector++)
            {
                var unit = block * blocks.Units + vector * T.Width;
                var count = Math.Min(T.Width, Plan.Shape.Units - unit);
                if (count == T.Width)
                    Gates<WholeLane>(unit, count, products + vector * T.Width, inputs.Of(vector * T.Width), first, last);
                else if (count > 0)
                    Gates<ShortLane>(unit, count, products + vector * T.Width, inputs.Of(vector * T.Width), first, last);
            }
        }

        // A cell that needs no product of its own finds the inputs' in the one of the states.
        private readonly GateInputs InputsOf(int block)
        {
            var blocks = Plan.Forward;
            return !Plan.TakesInputs ? new(Inputs + (long)at.Step * Plan.Shape.Batch * Plan.Columns + block * blocks.Units, Plan.Columns, Plan.Shape.Units)
                : TCell.HasOwnProduct ? new(Inputs + (long)block * Plan.Shape.Batch * blocks.Width, blocks.Width, blocks.Units)
                : default;
        }

        // What the gates read and write stands a line here and a line there, which the processor does not see coming: it is fetched while
        // the product is computed.
        [MethodImpl(Hot.Loop)]
        private readonly void Prefetch(int unit, GateInputs x, int top, int bottom)
        {
            var units = Plan.Shape.Units;
            var count = Math.Min(Plan.Forward.Units, units - unit);
            for (var row = top; row < bottom; row++)
            {
                if (!Plan.TakesInputs)
                    LaneGates.Prefetch(x.From + row * x.Row, x.Gate, TCell.Gates, count);
                LaneGates.Prefetch(at.Kept + (nint)row * units * TCell.Kept + unit, units, TCell.Kept, count);
                LaneGates.Prefetch(at.Hidden + (nint)row * units + unit, 0, 1, count);
                LaneGates.Prefetch(at.Cell + (nint)row * units + unit, 0, TCell.HasCell ? 1 : 0, count);
            }
        }

        [MethodImpl(Hot.Loop)]
        private readonly void Gates<TReach>(int unit, int count, float* products, GateInputs x, int top, int bottom) where TReach : struct, ILaneReach
        {
            count = TReach.Of(count, T.Width);
            var units = Plan.Shape.Units;
            var (width, gate) = (Plan.Forward.Width, Plan.Forward.Units);
            var bias = LaneGates.Load<T>(Vectors + unit, units, count, TCell.Gates);
            var inputs = new CellInputs<T> { Extra = LaneGates.Load<T>(Vectors + (nint)TCell.Gates * units + unit, units, count, TCell.Extras) };
            for (var row = top; row < bottom; row++)
            {
                var place = (nint)row * units + unit;
                inputs.PriorHidden = LaneGates.Load<T>(at.Prior + place, count);
                if (TCell.HasCell)
                    inputs.PriorCell = LaneGates.Load<T>(at.PriorCell + place, count);
                if (Lengths != null && at.Step >= Lengths[row])
                {
                    LaneGates.Store(at.Hidden + place, inputs.PriorHidden, count);
                    if (TCell.HasCell)
                        LaneGates.Store(at.Cell + place, inputs.PriorCell, count);
                    continue;
                }
                inputs.X = bias;
                if (x.From != null)
                    LaneGates.Add(ref inputs.X, LaneGates.Load<T>(x.From + row * x.Row, x.Gate, count, TCell.Gates), TCell.Gates);
                inputs.P = LaneGates.Load<T>(products + (nint)row * width, gate, T.Width, TCell.Gates);
                var made = TCell.Step(inputs);
                LaneGates.Store(at.Hidden + place, made.Hidden, count);
                if (TCell.HasCell)
                    LaneGates.Store(at.Cell + place, made.Cell, count);
                if (TCell.Kept > 0)
                    LaneGates.Store(at.Kept + (nint)row * units * TCell.Kept + unit, units, count, made.Kept, TCell.Kept);
            }
        }
    }

    /// <summary>Where a block finds the products of its inputs: the first gate's, and floats to the next row and to the next gate.</summary>
    private readonly struct GateInputs(float* from, nint row, nint gate)
    {
        public readonly float* From = from;
        public readonly nint Row = row;
        public readonly nint Gate = gate;

        public GateInputs Of(int unit) => new(From == null ? null : From + unit, Row, Gate);
    }
}
