using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>Where attention's operands and results lie on the host; null for those that are not there.</summary>
internal unsafe struct AttentionPointers
{
    public float* Q, K, V;
    public int* Lengths;
    public float* Mask;
    public float* Y, Statistics;
    public float* Dy, Dq, Dk, Dv;
    public float* Workspace;

    /// <summary>Keys that an item has.</summary>
    public readonly int Length(int item, int keys) => Lengths == null ? keys : Lengths[item];
}

/// <summary>Host form of attention; see <see cref="AttentionPlan"/>.</summary>
internal readonly unsafe struct HostAttention(HostRoute host, AttentionPlan plan, AttentionPointers at) : ILaneCall
{
    public void Run<T>() where T : struct, IHostLane<T> =>
        host.Split(plan.Tasks, 1, new Job<T>(plan, at), (float)plan.Shape.MultiplyAdds / plan.Tasks / (4 * plan.Lanes));

    private readonly struct Job<T>(AttentionPlan plan, AttentionPointers at) : IHostJob where T : struct, IHostLane<T>
    {
        public void Run(int first, int last)
        {
            var rented = plan.Scratch.Rent();
            try
            {
                for (var task = first; task < last; task++)
                    Task(task, at.Workspace + rented * plan.Scratch.Floats);
            }
            finally
            {
                plan.Scratch.Return(rented);
            }
        }

        private void Task(int task, float* slot)
        {
            var shape = plan.Shape;
            var (pair, chunk) = Math.DivRem(task, plan.Chunks);
            var (item, head) = Math.DivRem(pair, shape.Heads);
            var top = chunk * plan.TaskQueries;
            var bottom = Math.Min(top + plan.TaskQueries, shape.Queries);
            var length = at.Length(item, shape.Keys);
            new Span<float>(slot + plan.AtSums, (bottom - top) * plan.PaddedValue).Clear();
            new Span<float>(slot + plan.AtFirst, bottom - top).Fill(float.NegativeInfinity);
            new Span<float>(slot + plan.AtSecond, bottom - top).Clear();
            var end = shape.End(bottom - 1, length);
            for (var key = 0; key < end; key += plan.BlockKeys)
            {
                var keys = Math.Min(plan.BlockKeys, shape.Keys - key);
                AttentionPacking.Across(plan, shape.K, at.K, item, head, key, keys, slot + plan.AtKeysAcross);
                AttentionPacking.Lines(shape.V, at.V, shape.Items, item, head, key, keys, slot + plan.AtValues, plan.PaddedValue);
                for (var (first, last) = AttentionPlan.Block(top, bottom); first < bottom; (first, last) = AttentionPlan.Block(last, bottom))
                {
                    var seen = Math.Min(shape.End(last - 1, length) - key, keys);
                    if (seen > 0)
                        Block(item, head, first, last - first, key, seen, length, top, slot);
                }
            }
            Finish(item, head, top, bottom, slot);
        }

        [MethodImpl(Hot.Loop)]
        private void Block(int item, int head, int first, int queries, int key, int seen, int length, int top, float* slot)
        {
            var shape = plan.Shape;
            var scores = slot + plan.AtScores;
            CachedProduct.Run(new Tile
            {
                A = at.Q + shape.Q.At(item, head, first),
                RowOfA = (nint)shape.Q.Row * sizeof(float),
                B = slot + plan.AtKeysAcross,
                StepOfB = plan.Width * sizeof(float),
                C = scores,
                RowOfC = plan.Columns * sizeof(float),
                Inner = shape.Q.Width,
                Outer = 1,
                Start = TileKernels.Zeros,
            }, plan.Lanes, queries, seen, (nint)plan.Strip(shape.Q.Width), panel: false);
            var columns = (seen + plan.Lanes - 1) / plan.Lanes * plan.Lanes;
            for (var row = 0; row < queries; row++)
            {
                var count = Math.Clamp(shape.End(first + row, length) - key, 0, seen);
                Row(scores + row * plan.Columns, first + row, key, count, columns, first + row - top, slot);
            }
            var sums = slot + plan.AtSums + (nint)(first - top) * plan.PaddedValue;
            CachedProduct.Run(new Tile
            {
                A = scores,
                RowOfA = plan.Columns * sizeof(float),
                B = slot + plan.AtValues,
                StepOfB = plan.PaddedValue * sizeof(float),
                C = sums,
                RowOfC = plan.PaddedValue * sizeof(float),
                Inner = seen,
                Outer = 1,
                Start = TileKernels.Zeros,
                Accumulate = 1,
            }, plan.Lanes, queries, plan.PaddedValue, plan.Width, panel: false);
        }

        // Scores become weights against the greatest score so far; what was summed against a smaller one is brought to it.
        [MethodImpl(Hot.Loop)]
        private void Row(float* x, int query, int key, int count, int columns, int place, float* slot)
        {
            var factor = plan.Shape.Scale;
            if (at.Mask != null)
            {
                AttentionRow.Mask<T>(x, at.Mask + (long)query * plan.Shape.Keys + key, count, factor);
                factor = 1;
            }
            var before = slot[plan.AtFirst + place];
            var greatest = Math.Max(before, factor * HostRow.Reduce<MaxReduction, T>(x, count));
            if (greatest < AttentionShape.Hidden)
            {
                new Span<float>(x, columns).Clear();
                return;
            }
            var sum = AttentionRow.Weights<T>(x, count, columns, factor, greatest);
            var total = slot + plan.AtSecond + place;
            if (before != greatest && !float.IsNegativeInfinity(before))
            {
                var correction = ScalarLane.Exp(new ScalarLane(before - greatest)).Value;
                *total *= correction;
                ExpRow.Scale<T>(slot + plan.AtSums + (nint)place * plan.PaddedValue, plan.PaddedValue, correction, 0);
            }
            *total += sum;
            slot[plan.AtFirst + place] = greatest;
        }

        [MethodImpl(Hot.Loop)]
        private void Finish(int item, int head, int top, int bottom, float* slot)
        {
            var shape = plan.Shape;
            var statistics = at.Statistics + ((long)item * shape.Heads + head) * shape.Queries;
            for (var query = top; query < bottom; query++)
            {
                var place = query - top;
                var total = slot[plan.AtSecond + place];
                AttentionRow.Copy<T>(slot + plan.AtSums + (nint)place * plan.PaddedValue, at.Y + shape.Y.At(item, head, query), shape.V.Width, total == 0 ? 0 : 1 / total);
                statistics[query] = total == 0 ? AttentionShape.Nothing : slot[plan.AtFirst + place] + ScalarLane.Log(new ScalarLane(total)).Value;
            }
        }
    }
}
