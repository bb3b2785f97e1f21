using System.Runtime.CompilerServices;
using GpuNN.Cells;

namespace GpuNN.Kernels;

/// <summary>
/// Host form of the gradient of a recurrent layer's run: the steps the other way round, one launch each, in which a task multiplies the
/// later step's gradients with its units' weights, adds what else reaches its units, and takes the gradient of their gates. The gradients by the products
/// stay in the cache for a few steps, until the gradients of the weights have taken them in. Sums over the batch and the steps are kept by
/// each task for its own rows and units, and added up at the end in the order of the rows.
/// </summary>
/// <param name="host">Where it runs.</param>
/// <param name="plan">The cut.</param>
/// <param name="views">The operands.</param>
/// <param name="gradients">The gradients.</param>
/// <param name="dInputs">Those by the products of all inputs; empty where they are not wanted.</param>
/// <param name="scratch">Scratch.</param>
internal readonly unsafe struct HostRecurrenceGradient<TCell>(
    HostRoute host, RecurrencePlan plan, RecurrenceViews views, RecurrenceGradientViews gradients, View dInputs, View scratch)
    : ILaneCall where TCell : struct, IRecurrentCell
{
    private static int Vectors => TCell.Gates + TCell.Extras;

    public void Run<T>() where T : struct, IHostLane<T>
    {
        var (shape, back) = (plan.Shape, plan.Back);
        var packed = scratch.Pointer;
        host.Split(back.Count, 1, new PackJob(plan, views.Weights.Pointer, packed), back.PackedBlock * 0.2f);
        var flows = packed + back.Packed + back.Products;
        var inputFlows = plan.OwnProduct ? flows + plan.Flows : flows;
        var sums = inputFlows + plan.Flows;
        var inputSums = sums + HostWeightGradient.Room(plan, shape.Units);
        var carried = inputSums + HostWeightGradient.Room(plan, shape.Features);
        var weights = new HostWeightGradient(host, plan, shape.Units, views.Hidden.Pointer + shape.AtPriors, flows, sums);
        var inputWeights = new HostWeightGradient(host, plan, shape.Features, views.X.Pointer, inputFlows, inputSums);
        var (learns, learnsInputs) = (gradients.DWeights.Length > 0, gradients.DInputWeights.Length > 0);
        var job = new StepOf<T>
        {
            Plan = plan,
            Views = views,
            Packed = packed,
            Products = packed + back.Packed,
            Vectors = views.Vectors.Pointer,
            Lengths = views.Lengths.Length > 0 ? views.Lengths.IntPointer : null,
            Flows = flows,
            InputFlows = TCell.HasOwnProduct && learnsInputs ? inputFlows : null,
            Carried = carried,
            CarriedCell = carried + HostMemory.Room(shape.State),
            Sums = carried + 2 * HostMemory.Room(shape.State),
            RoomOfSums = plan.VectorSums(Vectors),
            DHiddens = gradients.DHidden.Length > 0 ? gradients.DHidden.Pointer : null,
            DInputs = dInputs.Length > 0 ? dInputs.Pointer : null,
            DInitialHidden = gradients.DInitialHidden.Pointer,
        };
        new Span<float>(job.Sums, checked((int)(back.RowBlocks * job.RoomOfSums))).Clear();
        // Behind the last unit nothing is written, and everything multiplied.
        if (shape.Units % back.Units != 0)
            new Span<float>(flows, checked((int)(sums - flows))).Clear();
        Copy(gradients.DLastHidden.Pointer, job.Carried, shape.State);
        if (TCell.HasCell)
            Copy(gradients.DLastCell.Pointer, job.CarriedCell, shape.State);
        if (shape.Steps == 0)
        {
            weights.Clear();
            inputWeights.Clear();
        }
        for (var last = shape.Steps - 1; last >= 0; last -= plan.StepsOfChunk)
        {
            var first = Math.Max(0, last - plan.StepsOfChunk + 1);
            RecurrentSteps.Run(host, back, job, last, first);
            if (learns)
                weights.Add(first, last);
            if (learnsInputs)
                inputWeights.Add(first, last);
        }
        job.At(-1);
        RecurrentSteps.RunOne(host, back, job);
        if (TCell.HasCell)
            Copy(job.CarriedCell, gradients.DInitialCell.Pointer, shape.State);
        AddUp(job.Sums, job.RoomOfSums, gradients.DVectors.Pointer);
        if (learns)
            weights.Store(gradients.DWeights.Pointer);
        if (learnsInputs)
            inputWeights.Store(gradients.DInputWeights.Pointer);
    }

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

    /// <summary>
    /// Packs the transposed recurrent weights for the blocks [first, last) of units: for each block of units and each gate, for each of these units the
    /// weights to it; units behind the last one get zeros.
    /// </summary>
    private readonly struct PackJob(RecurrencePlan plan, float* weights, float* packed) : IHostJob
    {
        public void Run(int first, int last)
        {
            var (back, units) = (plan.Back, plan.Shape.Units);
            for (var block = first; block < last; block++)
            {
                var to = packed + (long)block * back.PackedBlock;
                if (units % back.Units != 0)
                    new Span<float>(to, back.PackedBlock).Clear();
                var rows = weights + (long)block * back.Units * plan.Columns;
                for (var unit = 0; unit < units; unit += back.Units)
                {
                    for (var gate = 0; gate < plan.Gates; gate++, to += back.Units * back.Width)
                    {
                        Packing.Transpose(rows + gate * units + unit, plan.Columns, to, back.Width,
                            Math.Min(back.Units, units - block * back.Units), Math.Min(back.Units, units - unit), plan.Lanes);
                    }
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
        public float* Vectors;
        public int* Lengths;
        public float* Flows;
        public float* InputFlows;
        public float* Carried;
        public float* CarriedCell;
        public float* Sums;
        public long RoomOfSums;
        public float* DHiddens;
        public float* DInputs;
        public float* DInitialHidden;
        private StepPlaces at;
        private float* later;
        private long slot;
        private float* dHidden;
        private float* dInput;

        // Turn -1 is the initial state.
        public void At(int turn)
        {
            later = turn < Plan.Shape.Steps - 1 ? Flows + Slot(turn + 1) : null;
            if (turn < 0)
            {
                at = default;
                return;
            }
            at = StepPlaces.Of<TCell>(Plan.Shape, Views, turn);
            slot = Slot(turn);
            dHidden = DHiddens == null ? null : DHiddens + (long)at.Step * Plan.Shape.State;
            dInput = DInputs == null ? null : DInputs + (long)at.Step * Plan.Shape.Batch * Plan.Columns;
        }

        public readonly void Run(int block, int rowBlock)
        {
            var back = Plan.Back;
            var (top, bottom) = back.PanelsOf(rowBlock);
            var (first, last) = (back.Panels.First(top), back.Panels.First(bottom));
            var products = Products + (long)block * Plan.Shape.Batch * back.Width;
            if (at.Hidden != null)
                Prefetch(block * back.Units, first, last);
            if (later != null)
                back.Multiply(later, Packed + (long)block * back.PackedBlock, products, top, bottom);
            for (var vector = 0; vector < back.Vectors; vector++)
            {
                var unit = block * back.Units + vector * T.Width;
                var count = Math.Min(T.Width, Plan.Shape.Units - unit);
                if (count <= 0)
                    continue;
                if (at.Hidden == null)
                    Initial(unit, count, products + vector * T.Width, first, last);
                else
                {
                    var flow = slot + block * Plan.Gates * Plan.FlowStrip + vector * T.Width;
                    var sums = Sums + rowBlock * RoomOfSums + unit;
                    if (count == T.Width)
                        Gates<WholeLane>(unit, count, products + vector * T.Width, first, last, flow, sums);
                    else
                        Gates<ShortLane>(unit, count, products + vector * T.Width, first, last, flow, sums);
                }
            }
        }

        private readonly long Slot(int turn) => (long)Plan.Slot(turn) * Plan.Shape.Batch * Plan.Back.Units;

        [MethodImpl(Hot.Loop)]
        private readonly void Prefetch(int unit, int top, int bottom)
        {
            var units = Plan.Shape.Units;
            var count = Math.Min(Plan.Back.Units, units - unit);
            for (var row = top; row < bottom; row++)
            {
                var place = (nint)row * units + unit;
                LaneGates.Prefetch(dInput + (nint)row * Plan.Columns + unit, units, dInput != null ? TCell.Gates : 0, count);
                LaneGates.Prefetch(at.Kept + (nint)row * units * TCell.Kept + unit, units, TCell.Kept, count);
                LaneGates.Prefetch(at.Prior + place, 0, 1, count);
                LaneGates.Prefetch(at.PriorCell + place, 0, TCell.HasCell ? 1 : 0, count);
                LaneGates.Prefetch(dHidden + place, 0, dHidden != null ? 1 : 0, count);
            }
        }

        private readonly void Initial(int unit, int count, float* products, int top, int bottom)
        {
            for (var row = top; row < bottom; row++)
            {
                var place = (nint)row * Plan.Shape.Units + unit;
                var dh = LaneGates.Load<T>(Carried + place, count);
                LaneGates.Store(DInitialHidden + place, later == null ? dh : dh + T.Load(products + (nint)row * Plan.Back.Width), count);
            }
        }

        [MethodImpl(Hot.Loop)]
        private readonly void Gates<TReach>(int unit, int count, float* products, int top, int bottom, long flow, float* sums) where TReach : struct, ILaneReach
        {
            count = TReach.Of(count, T.Width);
            // A call behind the loop would cost the sums their registers.
            var (units, width, strip, pitch) = (Plan.Shape.Units, Plan.Back.Width, (nint)Plan.FlowStrip, (nint)Plan.VectorSums(1));
            var record = new CellRecord<T> { Extra = LaneGates.Load<T>(Vectors + (nint)TCell.Gates * units + unit, units, count, TCell.Extras) };
            var sumX = default(GateNumbers<T>);
            var sumExtra = default(GateNumbers<T>);
            for (var row = top; row < bottom; row++)
            {
                var place = (nint)row * units + unit;
                record.DHidden = LaneGates.Load<T>(Carried + place, count);
                if (later != null)
                    record.DHidden += T.Load(products + (nint)row * width);
                if (dHidden != null)
                    record.DHidden += LaneGates.Load<T>(dHidden + place, count);
                if (Lengths != null && at.Step >= Lengths[row])
                {
                    LaneGates.Store(Carried + place, record.DHidden, count);
                    StoreFlows(row, unit, count, flow, strip, default, default);
                    continue;
                }
                record.Hidden = LaneGates.Load<T>(at.Hidden + place, count);
                record.PriorHidden = LaneGates.Load<T>(at.Prior + place, count);
                if (TCell.HasCell)
                {
                    record.DCell = LaneGates.Load<T>(CarriedCell + place, count);
                    record.Cell = LaneGates.Load<T>(at.Cell + place, count);
                    record.PriorCell = LaneGates.Load<T>(at.PriorCell + place, count);
                }
                if (TCell.Kept > 0)
                    record.Kept = LaneGates.Load<T>(at.Kept + (nint)row * units * TCell.Kept + unit, units, count, TCell.Kept);
                var made = TCell.Back(record);
                LaneGates.Store(Carried + place, made.PriorHidden, count);
                if (TCell.HasCell)
                    LaneGates.Store(CarriedCell + place, made.PriorCell, count);
                StoreFlows(row, unit, count, flow, strip, made.X, TCell.HasOwnProduct ? made.P : made.X);
                LaneGates.Add(ref sumX, made.X, TCell.Gates);
                LaneGates.Add(ref sumExtra, made.Extra, TCell.Extras);
            }
            AddTo(sums, pitch, sumX, TCell.Gates);
            AddTo(sums + TCell.Gates * pitch, pitch, sumExtra, TCell.Extras);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void StoreFlows(int row, int unit, int count, long flow, nint strip, in GateNumbers<T> x, in GateNumbers<T> p)
        {
            var at = (nint)flow + (nint)row * Plan.Back.Units;
            LaneGates.Store(Flows + at, strip, count, p, TCell.Gates);
            if (InputFlows != null)
                LaneGates.Store(InputFlows + at, strip, count, x, TCell.Gates);
            if (dInput != null)
                LaneGates.Store(dInput + (nint)row * Plan.Columns + unit, Plan.Shape.Units, count, x, TCell.Gates);
        }

        // The room of a sum reaches a lane past its last unit.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void AddTo(float* sums, nint pitch, in GateNumbers<T> x, int numbers)
        {
            var all = LaneGates.Load<T>(sums, pitch, T.Width, numbers);
            LaneGates.Add(ref all, x, numbers);
            LaneGates.Store(sums, pitch, T.Width, all, numbers);
        }
    }
}
