using System.Runtime.CompilerServices;
using GpuNN.Cells;

namespace GpuNN.Kernels;

/// <summary>Host form of a recurrent layer's run: one launch a step, in which a task multiplies its rows and units and then runs their gates.</summary>
internal readonly unsafe struct HostRecurrence<TCell>(HostRoute host, RecurrencePlan plan, RecurrenceViews views) : ILaneCall where TCell : struct, IRecurrentCell
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var shape = plan.Shape;
        var packed = views.Workspace.Pointer;
        host.Split(plan.Forward.Count, 1, new PackJob<T>(plan, views.Weights.Pointer, packed), plan.Forward.PackedBlock * 0.2f);
        var job = new StepJob<T>
        {
            Plan = plan,
            Packed = packed,
            Products = packed + plan.Forward.Packed,
            Vectors = views.Vectors.Pointer,
            Lengths = views.Lengths.Length > 0 ? views.Lengths.IntPointer : null,
        };
        for (var turn = 0; turn < shape.Steps; turn++)
        {
            var step = shape.Step(turn);
            job.Step = step;
            job.X = views.X.Pointer + (long)step * shape.Batch * plan.Columns;
            job.Prior = views.Hidden.Pointer + shape.AtPriors + (long)step * shape.State;
            job.Hidden = views.Hidden.Pointer + shape.AtStates + (long)step * shape.State;
            if (TCell.HasCell)
            {
                job.PriorCell = views.Cells.Pointer + shape.AtPriors + (long)step * shape.State;
                job.Cell = views.Cells.Pointer + shape.AtStates + (long)step * shape.State;
            }
            if (TCell.Kept > 0)
                job.Kept = views.Kept.Pointer + (long)step * shape.State * TCell.Kept;
            host.Split(plan.Forward.Tasks, 1, job, plan.Forward.Cost);
        }
    }

    /// <summary>
    /// Packs the recurrent weights (units, gates * units) for the blocks [first, last) of units: for each inner index the columns of one strip, the gates of
    /// a vector of units side by side; units behind the last one get zeros.
    /// </summary>
    private readonly struct PackJob<T>(RecurrencePlan plan, float* weights, float* packed) : IHostJob where T : struct, IHostLane<T>
    {
        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            var blocks = plan.Forward;
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
                        for (var k = 0; k < units; k++)
                            T.Store(to + (nint)k * strip + vector * T.Width, T.LoadPart(from + (nint)k * plan.Columns, count, 0));
                    }
                    to += (nint)units * strip;
                }
            }
        }
    }

    private struct StepJob<T> : IHostJob where T : struct, IHostLane<T>
    {
        public RecurrencePlan Plan;
        public float* Packed;
        public float* Products;
        public float* Vectors;
        public int* Lengths;
        public int Step;
        public float* X;
        public float* Prior;
        public float* Hidden;
        public float* PriorCell;
        public float* Cell;
        public float* Kept;

        public void Run(int first, int last)
        {
            var blocks = Plan.Forward;
            for (var task = first; task < last; task++)
            {
                var (block, rowBlock) = Math.DivRem(task, blocks.RowBlocks);
                var (top, bottom) = blocks.PanelsOf(rowBlock);
                var products = Products + (long)block * Plan.Shape.Batch * blocks.Width;
                Prefetch(block * blocks.Units, blocks.Panels.First(top), blocks.Panels.First(bottom));
                blocks.Multiply(Prior, Plan.Shape.Units, Packed + (long)block * blocks.PackedBlock, products, top, bottom);
                for (var vector = 0; vector < blocks.Vectors; vector++)
                {
                    var unit = block * blocks.Units + vector * T.Width;
                    var count = Math.Min(T.Width, Plan.Shape.Units - unit);
                    if (count > 0)
                        Gates(unit, count, products + vector * T.Width, blocks.Panels.First(top), blocks.Panels.First(bottom));
                }
            }
        }

        // What the gates read and write stands a line here and a line there, which the processor does not see coming: it is fetched while
        // the product is computed.
        [MethodImpl(Hot.Loop)]
        private void Prefetch(int unit, int top, int bottom)
        {
            var units = Plan.Shape.Units;
            var count = Math.Min(Plan.Forward.Units, units - unit);
            for (var row = top; row < bottom; row++)
            {
                LaneGates.Prefetch(X + (nint)row * Plan.Columns + unit, units, TCell.Gates, count);
                LaneGates.Prefetch(Kept + (nint)row * units * TCell.Kept + unit, units, TCell.Kept, count);
                LaneGates.Prefetch(Hidden + (nint)row * units + unit, 0, 1, count);
                LaneGates.Prefetch(Cell + (nint)row * units + unit, 0, TCell.HasCell ? 1 : 0, count);
            }
        }

        [MethodImpl(Hot.Loop)]
        private void Gates(int unit, int count, float* products, int top, int bottom)
        {
            var (units, columns) = (Plan.Shape.Units, Plan.Columns);
            var (width, gate) = (Plan.Forward.Width, Plan.Forward.Units);
            var bias = LaneGates.Load<T>(Vectors + unit, units, count, TCell.Gates);
            var at = new CellInputs<T> { Extra = LaneGates.Load<T>(Vectors + (nint)TCell.Gates * units + unit, units, count, TCell.Extras) };
            for (var row = top; row < bottom; row++)
            {
                var place = (nint)row * units + unit;
                at.PriorHidden = LaneGates.Load<T>(Prior + place, count);
                if (TCell.HasCell)
                    at.PriorCell = LaneGates.Load<T>(PriorCell + place, count);
                if (Lengths != null && Step >= Lengths[row])
                {
                    LaneGates.Store(Hidden + place, at.PriorHidden, count);
                    if (TCell.HasCell)
                        LaneGates.Store(Cell + place, at.PriorCell, count);
                    continue;
                }
                at.X = LaneGates.Load<T>(X + (nint)row * columns + unit, units, count, TCell.Gates);
                LaneGates.Add(ref at.X, bias, TCell.Gates);
                at.P = LaneGates.Load<T>(products + (nint)row * width, gate, T.Width, TCell.Gates);
                var made = TCell.Step(at);
                LaneGates.Store(Hidden + place, made.Hidden, count);
                if (TCell.HasCell)
                    LaneGates.Store(Cell + place, made.Cell, count);
                if (TCell.Kept > 0)
                    LaneGates.Store(Kept + (nint)row * units * TCell.Kept + unit, units, count, made.Kept, TCell.Kept);
            }
        }
    }
}
