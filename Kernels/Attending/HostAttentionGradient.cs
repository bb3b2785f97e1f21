using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Host form of attention's gradient: tiles of scores are computed again and turned into weights with the statistics of the
/// forward pass. With d[i] = y[i].dy[i] and ds[i, j] = p[i, j] (dy[i].v[j] - d[i]): dv[j] = sum_i p[i, j] dy[i],
/// dq[i] = scale sum_j ds[i, j] k[j], dk[j] = scale sum_i ds[i, j] q[i].
/// </summary>
internal readonly unsafe struct HostAttentionGradient(HostRoute host, AttentionPlan plan, AttentionPointers at) : ILaneCall
{
    public void Run<T>() where T : struct, IHostLane<T> =>
        host.Split(plan.Tasks, 1, new Job<T>(plan, at), 2.5f * (float)plan.Shape.MultiplyAdds / plan.Tasks / (4 * plan.Lanes));

    private readonly struct Job<T>(AttentionPlan plan, AttentionPointers at) : IHostJob where T : struct, IHostLane<T>
    {
        public void Run(int first, int last)
        {
            var rented = plan.Scratch.Rent();
            try
            {
                for (var task = first; task < last; task++)
                    Task(task / plan.Shape.Heads, task % plan.Shape.Heads, at.Workspace + rented * plan.Scratch.Floats);
            }
            finally
            {
                plan.Scratch.Return(rented);
            }
        }

        private void Task(int item, int head, float* slot)
        {
            var shape = plan.Shape;
            var length = at.Length(item, shape.Keys);
            for (var query = 0; query < shape.Queries; query++)
                slot[plan.AtFirst + query] = AttentionRow.Dot<T>(at.Y + shape.Y.At(item, head, query), at.Dy + shape.Y.At(item, head, query), shape.V.Width);
            new Span<float>(slot + plan.AtSums, shape.Queries * plan.PaddedWidth).Clear();
            for (var key = 0; key < shape.Keys; key += plan.BlockKeys)
            {
                var keys = Math.Min(plan.BlockKeys, shape.Keys - key);
                new Span<float>(slot + plan.AtKeySums, keys * plan.PaddedWidth).Clear();
                new Span<float>(slot + plan.AtValueSums, keys * plan.PaddedValue).Clear();
                AttentionPacking.Across(plan, shape.K, at.K, item, head, key, keys, slot + plan.AtKeysAcross);
                AttentionPacking.Across(plan, shape.V, at.V, item, head, key, keys, slot + plan.AtValuesAcross);
                AttentionPacking.Lines(shape.K, at.K, shape.Items, item, head, key, keys, slot + plan.AtKeys, plan.PaddedWidth);
                for (var (first, last) = AttentionPlan.Block(0, shape.Queries); first < shape.Queries; (first, last) = AttentionPlan.Block(last, shape.Queries))
                {
                    var seen = Math.Min(shape.End(last - 1, length) - key, keys);
                    if (seen > 0)
                        Block(item, head, first, last - first, key, seen, length, slot);
                }
                Write(slot + plan.AtKeySums, plan.PaddedWidth, shape.K, at.Dk, item, head, key, keys, shape.Scale);
                Write(slot + plan.AtValueSums, plan.PaddedValue, shape.V, at.Dv, item, head, key, keys, 1);
            }
            Write(slot + plan.AtSums, plan.PaddedWidth, shape.Q, at.Dq, item, head, 0, shape.Queries, shape.Scale);
        }

        [MethodImpl(Hot.Loop)]
        private void Block(int item, int head, int first, int queries, int key, int seen, int length, float* slot)
        {
            var shape = plan.Shape;
            AttentionPacking.Lines(shape.Q, at.Q, shape.Items, item, head, first, queries, slot + plan.AtQueries, plan.PaddedWidth);
            AttentionPacking.Lines(shape.Y, at.Dy, shape.Items, item, head, first, queries, slot + plan.AtGradients, plan.PaddedValue);
            Across(plan.AtQueries, plan.PaddedWidth, shape.Q.Width, plan.AtKeysAcross, plan.AtScores, queries, seen, slot);
            Across(plan.AtGradients, plan.PaddedValue, shape.V.Width, plan.AtValuesAcross, plan.AtSlopes, queries, seen, slot);
            Rows(item, head, first, queries, key, seen, length, slot);
            Add(plan.AtScores, plan.AtGradients, plan.PaddedValue, plan.AtValueSums, seen, queries, panel: true, slot);
            Add(plan.AtSlopes, plan.AtQueries, plan.PaddedWidth, plan.AtKeySums, seen, queries, panel: true, slot);
            Add(plan.AtSlopes, plan.AtKeys, plan.PaddedWidth, plan.AtSums + (long)first * plan.PaddedWidth, queries, seen, panel: false, slot);
        }

        // A tile of products of queries, or of gradients, with keys or values that lie across.
        private void Across(long lines, int padded, int width, long across, long tile, int queries, int seen, float* slot) => CachedProduct.Run(new Tile
        {
            A = slot + lines,
            RowOfA = padded * sizeof(float),
            B = slot + across,
            StepOfB = plan.Width * sizeof(float),
            C = slot + tile,
            RowOfC = plan.Columns * sizeof(float),
            Inner = width,
            Outer = 1,
            Start = TileKernels.Zeros,
        }, plan.Lanes, queries, seen, (nint)plan.Strip(width), panel: false);

        // Adds the product of a tile, or of it transposed, with lines.
        private void Add(long tile, long lines, int padded, long sums, int rows, int inner, bool panel, float* slot) => CachedProduct.Run(new Tile
        {
            A = slot + tile,
            RowOfA = plan.Columns * sizeof(float),
            StepOfA = plan.Columns * sizeof(float),
            B = slot + lines,
            StepOfB = padded * sizeof(float),
            C = slot + sums,
            RowOfC = padded * sizeof(float),
            Inner = inner,
            Outer = 1,
            Start = TileKernels.Zeros,
            Accumulate = 1,
        }, plan.Lanes, rows, padded, plan.Width, panel);

        [MethodImpl(Hot.Loop)]
        private void Rows(int item, int head, int first, int queries, int key, int seen, int length, float* slot)
        {
            var shape = plan.Shape;
            var statistics = at.Statistics + ((long)item * shape.Heads + head) * shape.Queries;
            var columns = (seen + plan.Lanes - 1) / plan.Lanes * plan.Lanes;
            for (var row = 0; row < queries; row++)
            {
                var query = first + row;
                var scores = slot + plan.AtScores + row * plan.Columns;
                var count = Math.Clamp(shape.End(query, length) - key, 0, seen);
                var factor = shape.Scale;
                if (at.Mask != null)
                {
                    AttentionRow.Mask<T>(scores, at.Mask + (long)query * shape.Keys + key, count, factor);
                    factor = 1;
                }
                AttentionRow.Slopes<T>(scores, slot + plan.AtSlopes + row * plan.Columns, count, columns, factor, statistics[query], slot[plan.AtFirst + query]);
            }
        }

        [MethodImpl(Hot.Loop)]
        private static void Write(float* sums, int padded, in HeadLayout layout, float* to, int item, int head, int step, int steps, float factor)
        {
            for (var row = 0; row < steps; row++)
                AttentionRow.Copy<T>(sums + row * padded, to + layout.At(item, head, step + row), layout.Width, factor);
        }
    }
}
