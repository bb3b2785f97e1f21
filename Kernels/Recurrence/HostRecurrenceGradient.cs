using System.Runtime.CompilerServices;
using GpuNN.Cells;

namespace GpuNN.Kernels;

/// <summary>
/// Host form of the gradient of a recurrent layer's run: the steps the other way round, one launch each, in which a task multiplies the
/// later step's gradients with its units' weights, adds what else reaches its units, and takes the gradient of their gates. Sums over the batch
/// and the steps are kept by each task for its own rows and units, and added up at the end in the order of the rows.
/// </summary>
internal readonly unsafe struct HostRecurrenceGradient<TCell>(HostRoute host, RecurrencePlan plan, RecurrenceViews views, RecurrenceGradientViews gradients)
    : ILaneCall where TCell : struct, IRecurrentCell
{
    private static int Vectors => TCell.Gates + TCell.Extras;

    public void Run<T>() where T : struct, IHostLane<T>
    {
        var (shape, back) = (plan.Shape, plan.Back);
        var packed = views.Workspace.Pointer;
        host.Split(back.Count, 1, new PackJob(plan, views.Weights.Pointer, packed), back.PackedBlock * 0.2f);
        var flows = packed + back.Packed + back.Products;
        var carried = flows + 2 * plan.Flow;
        var job = new StepJob<T>
        {
            Plan = plan,
            Packed = packed,
            Products = packed + back.Packed,
            Vectors = views.Vectors.Pointer,
            Lengths = views.Lengths.Length > 0 ? views.Lengths.IntPointer : null,
            Carried = carried,
            CarriedCell = carried + HostMemory.Room(shape.State),
            Sums = carried + 2 * HostMemory.Room(shape.State),
            RoomOfSums = plan.VectorSums(Vectors),
        };
        new Span<float>(job.Sums, checked((int)(back.RowBlocks * job.RoomOfSums))).Clear();
        Copy(gradients.DLastHidden.Pointer, job.Carried, shape.State);
        if (TCell.HasCell)
            Copy(gradients.DLastCell.Pointer, job.CarriedCell, shape.State);
        for (var turn = shape.Steps - 1; turn >= 0; turn--)
        {
            var step = shape.Step(turn);
            job.Step = step;
            job.Later = turn == shape.Steps - 1 ? null : Flow(turn + 1, flows);
            job.Flow = plan.FlowsInPlace ? null : Flow(turn, flows);
            job.DHidden = gradients.DHidden.Length > 0 ? gradients.DHidden.Pointer + (long)step * shape.State : null;
            job.DX = gradients.DX.Pointer + (long)step * shape.Batch * plan.Columns;
            if (TCell.HasOwnProduct)
                job.DProduct = gradients.DProduct.Pointer + (long)step * shape.Batch * plan.Columns;
            job.Prior = views.Hidden.Pointer + shape.AtPriors + (long)step * shape.State;
            job.Hidden = views.Hidden.Pointer + shape.AtStates + (long)step * shape.State;
            if (TCell.HasCell)
            {
                job.PriorCell = views.Cells.Pointer + shape.AtPriors + (long)step * shape.State;
                job.Cell = views.Cells.Pointer + shape.AtStates + (long)step * shape.State;
            }
            if (TCell.Kept > 0)
                job.Kept = views.Kept.Pointer + (long)step * shape.State * TCell.Kept;
            host.Split(back.Tasks, 1, job, back.Cost);
        }
        job.Step = -1;
        job.Later = shape.Steps > 0 ? Flow(0, flows) : null;
        job.Hidden = gradients.DInitialHidden.Pointer;
        host.Split(back.Tasks, 1, job, back.Cost);
        if (TCell.HasCell)
            Copy(job.CarriedCell, gradients.DInitialCell.Pointer, shape.State);
        AddUp(job.Sums, job.RoomOfSums, gradients.DVectors.Pointer);
    }

    /// <summary>The gradients by the product of a turn's step, where the product of the step before finds them.</summary>
    private float* Flow(int turn, float* copies) => plan.FlowsInPlace
        ? (TCell.HasOwnProduct ? gradients.DProduct : gradients.DX).Pointer + (long)plan.Shape.Step(turn) * plan.Shape.Batch * plan.Columns
        : copies + turn % 2 * plan.Flow;

    private void AddUp(float* sums, long room, float* dVectors)
    {
        var pitch = plan.VectorSums(1);
        for (var vector = 0; vector < Vectors; vector++)
        {
            for (var unit = 0; unit < plan.Shape.Units; unit++)
            {
                var sum = 0f;
                for (var block = 0; block < plan.Back.RowBlocks; block++)
                    sum += sums[block * room + vector * pitch + unit];
                dVectors[vector * plan.Shape.Units + unit] = sum;
            }
        }
    }

    private static void Copy(float* from, float* to, int count) => new Span<float>(from, count).CopyTo(new Span<float>(to, count));

    /// <summary>Packs the transposed recurrent weights for the blocks [first, last) of units: for each column of a gate the weights of a block's units.</summary>
    private readonly struct PackJob(RecurrencePlan plan, float* weights, float* packed) : IHostJob
    {
        public void Run(int first, int last)
        {
            var back = plan.Back;
            for (var block = first; block < last; block++)
            {
                var unit = block * back.Units;
                Packing.Transpose(weights + (long)unit * plan.Columns, plan.Columns, packed + (long)block * back.PackedBlock, back.Width,
                    Math.Min(back.Units, plan.Shape.Units - unit), plan.Columns, plan.Lanes);
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
        public float* Later;
        public float* Flow;
        public float* Carried;
        public float* CarriedCell;
        public float* Sums;
        public long RoomOfSums;
        public float* DHidden;
        public float* DX;
        public float* DProduct;
        public float* Prior;
        public float* Hidden;
        public float* PriorCell;
        public float* Cell;
        public float* Kept;

        public void Run(int first, int last)
        {
            var back = Plan.Back;
            for (var task = first; task < last; task++)
            {
                var (block, rowBlock) = Math.DivRem(task, back.RowBlocks);
                var (top, bottom) = back.PanelsOf(rowBlock);
                var products = Products + (long)block * Plan.Shape.Batch * back.Width;
                if (Step >= 0)
                    Prefetch(block * back.Units, back.Panels.First(top), back.Panels.First(bottom));
                if (Later != null)
                    back.Multiply(Later, Plan.Pitch, Packed + (long)block * back.PackedBlock, products, top, bottom);
                for (var vector = 0; vector < back.Vectors; vector++)
                {
                    var unit = block * back.Units + vector * T.Width;
                    var count = Math.Min(T.Width, Plan.Shape.Units - unit);
                    if (count <= 0)
                        continue;
                    if (Step < 0)
                        Initial(unit, count, products + vector * T.Width, back.Panels.First(top), back.Panels.First(bottom));
                    else
                        Gates(unit, count, products + vector * T.Width, back.Panels.First(top), back.Panels.First(bottom), Sums + rowBlock * RoomOfSums + unit);
                }
            }
        }

        [MethodImpl(Hot.Loop)]
        private void Prefetch(int unit, int top, int bottom)
        {
            var units = Plan.Shape.Units;
            var count = Math.Min(Plan.Back.Units, units - unit);
            for (var row = top; row < bottom; row++)
            {
                var place = (nint)row * units + unit;
                LaneGates.Prefetch(DX + (nint)row * Plan.Columns + unit, units, TCell.Gates, count);
                LaneGates.Prefetch(DProduct + (nint)row * Plan.Columns + unit, units, TCell.HasOwnProduct ? TCell.Gates : 0, count);
                LaneGates.Prefetch(Kept + (nint)row * units * TCell.Kept + unit, units, TCell.Kept, count);
                LaneGates.Prefetch(Prior + place, 0, 1, count);
                LaneGates.Prefetch(PriorCell + place, 0, TCell.HasCell ? 1 : 0, count);
                LaneGates.Prefetch(DHidden + place, 0, DHidden != null ? 1 : 0, count);
            }
        }

        private void Initial(int unit, int count, float* products, int top, int bottom)
        {
            for (var row = top; row < bottom; row++)
            {
                var place = (nint)row * Plan.Shape.Units + unit;
                var dh = LaneGates.Load<T>(Carried + place, count);
                LaneGates.Store(Hidden + place, Later == null ? dh : dh + T.Load(products + (nint)row * Plan.Back.Width), count);
            }
        }

        [MethodImpl(Hot.Loop)]
        private void Gates(int unit, int count, float* products, int top, int bottom, float* sums)
        {
            var (units, columns, width) = (Plan.Shape.Units, Plan.Columns, Plan.Back.Width);
            var at = new CellRecord<T> { Extra = LaneGates.Load<T>(Vectors + (nint)TCell.Gates * units + unit, units, count, TCell.Extras) };
            var sumX = default(GateNumbers<T>);
            var sumExtra = default(GateNumbers<T>);
            for (var row = top; row < bottom; row++)
            {
                var place = (nint)row * units + unit;
                at.DHidden = LaneGates.Load<T>(Carried + place, count);
                if (Later != null)
                    at.DHidden += T.Load(products + (nint)row * width);
                if (DHidden != null)
                    at.DHidden += LaneGates.Load<T>(DHidden + place, count);
                var dx = DX + (nint)row * columns + unit;
                var flow = Flow + (nint)row * Plan.Pitch + unit;
                if (Lengths != null && Step >= Lengths[row])
                {
                    LaneGates.Store(Carried + place, at.DHidden, count);
                    LaneGates.Store(dx, units, count, default(GateNumbers<T>), TCell.Gates);
                    if (Flow != null)
                        LaneGates.Store(flow, units, count, default(GateNumbers<T>), TCell.Gates);
                    if (TCell.HasOwnProduct)
                        LaneGates.Store(DProduct + (nint)row * columns + unit, units, count, default(GateNumbers<T>), TCell.Gates);
                    continue;
                }
                at.Hidden = LaneGates.Load<T>(Hidden + place, count);
                at.PriorHidden = LaneGates.Load<T>(Prior + place, count);
                if (TCell.HasCell)
                {
                    at.DCell = LaneGates.Load<T>(CarriedCell + place, count);
                    at.Cell = LaneGates.Load<T>(Cell + place, count);
                    at.PriorCell = LaneGates.Load<T>(PriorCell + place, count);
                }
                if (TCell.Kept > 0)
                    at.Kept = LaneGates.Load<T>(Kept + (nint)row * units * TCell.Kept + unit, units, count, TCell.Kept);
                var made = TCell.Back(at);
                LaneGates.Store(Carried + place, made.PriorHidden, count);
                if (TCell.HasCell)
                    LaneGates.Store(CarriedCell + place, made.PriorCell, count);
                LaneGates.Store(dx, units, count, made.X, TCell.Gates);
                if (TCell.HasOwnProduct)
                    LaneGates.Store(DProduct + (nint)row * columns + unit, units, count, made.P, TCell.Gates);
                if (Flow != null)
                    LaneGates.Store(flow, units, count, TCell.HasOwnProduct ? made.P : made.X, TCell.Gates);
                LaneGates.Add(ref sumX, made.X, TCell.Gates);
                LaneGates.Add(ref sumExtra, made.Extra, TCell.Extras);
            }
            AddTo(sums, sumX, TCell.Gates);
            AddTo(sums + TCell.Gates * (nint)Plan.VectorSums(1), sumExtra, TCell.Extras);
        }

        // The room of a sum reaches a lane past its last unit.
        private void AddTo(float* sums, in GateNumbers<T> x, int numbers)
        {
            var pitch = (nint)Plan.VectorSums(1);
            var all = LaneGates.Load<T>(sums, pitch, T.Width, numbers);
            LaneGates.Add(ref all, x, numbers);
            LaneGates.Store(sums, pitch, T.Width, all, numbers);
        }
    }
}
