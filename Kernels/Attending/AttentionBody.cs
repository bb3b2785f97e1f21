using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Device form of attention: one group a head, tile of queries and run of the values' columns; it goes through the keys tile by tile.
/// Per query and key: one exp; the products are computed anew for each run of columns.
/// </summary>
public struct AttentionBody : IGroupBody
{
    /// <summary>Sizes and places.</summary>
    public AttentionShape Shape;

    /// <summary>Operands and results.</summary>
    public AttentionDeviceViews At;

    /// <inheritdoc/>
    public void Run()
    {
        const int side = AttentionTiles.Side;
        var shared = SharedMemory.Allocate<Quad>(AttentionTiles.Room + AttentionTiles.TileQuads + AttentionTiles.RunQuads);
        var room = shared.SubView(0, AttentionTiles.Room);
        var tile = shared.SubView(AttentionTiles.Room, AttentionTiles.TileQuads);
        var sums = shared.SubView(AttentionTiles.Room + AttentionTiles.TileQuads, AttentionTiles.RunQuads);
        var rows = SharedMemory.Allocate<float>(3 * side);
        var (greatest, total, factor) = (rows.SubView(0, side), rows.SubView(side, side), rows.SubView(2 * side, side));
        var scores = tile.Cast<float>();
        const int pitch = AttentionTiles.TileRow * Quad.Width;
        var (shape, at) = (Shape, At);

        var group = AttentionGroup.Here(shape.Queries, shape.V.Width, shape.Heads);
        var (first, column, item, head) = (group.First, group.Column, group.Item, group.Head);
        var queries = Math.Min(side, shape.Queries - first);
        var length = at.Length(item, shape.Keys);
        var end = shape.End(first + queries - 1, length);

        AttentionTiles.Clear(sums, AttentionTiles.RunQuads);
        for (var r = Group.IdxX; r < side; r += Group.DimX)
        {
            greatest[r] = float.NegativeInfinity;
            total[r] = 0;
        }
        for (var key = 0; key < end; key += side)
        {
            var keys = Math.Min(side, shape.Keys - key);
            AttentionTiles.Products(room, tile, at.Q, shape.Q.At(item, head, first), shape.Q.Row, queries, at.K, shape.K.At(item, head, key), shape.K.Row, keys, shape.Q.Width);
            for (var r = Group.IdxX; r < side; r += Group.DimX)
            {
                var count = r < queries ? Math.Min(shape.End(first + r, length) - key, keys) : 0;
                var most = new ScalarLane(greatest[r]);
                for (var c = 0; c < count; c++)
                {
                    var score = at.Score(shape, scores[r * pitch + c], first + r, key + c);
                    scores[r * pitch + c] = score;
                    most = MaxReduction.Combine(most, new ScalarLane(score));
                }
                var before = greatest[r];
                factor[r] = before < AttentionShape.Hidden ? 0 : ScalarLane.Exp(new ScalarLane(before) - most).Value;
                greatest[r] = most.Value;
            }
            Group.Barrier();
            for (var e = Group.IdxX; e < side * side; e += Group.DimX)
            {
                var (r, c) = (e / side, e % side);
                var most = new ScalarLane(greatest[r]);
                // A comparison that asks for what is not smaller would lose NaN in some compilers.
                var weight = ScalarLane.WhereGreater(
                    new ScalarLane(AttentionShape.Hidden), most, ScalarLane.Zero, ScalarLane.Exp(new ScalarLane(scores[r * pitch + c]) - most)).Value;
                scores[r * pitch + c] = r < queries && key + c < shape.End(first + r, length) ? weight : 0;
            }
            Group.Barrier();
            for (var r = Group.IdxX; r < side; r += Group.DimX)
            {
                var sum = factor[r] * total[r];
                for (var c = 0; c < side; c++)
                    sum += scores[r * pitch + c];
                total[r] = sum;
            }
            AttentionTiles.Add(room, tile, sums, factor, at.V, shape.V.At(item, head, key) + column, shape.V.Row, keys, shape.V.Width - column);
        }
        for (var r = Group.IdxX; r < queries; r += Group.DimX)
        {
            var sum = total[r];
            factor[r] = sum == 0 ? 0 : 1 / sum;
            if (column == 0)
                at.Statistics[(long)group.Place * shape.Queries + (first + r)] =
                    sum == 0 ? AttentionShape.Nothing : greatest[r] + ScalarLane.Log(new ScalarLane(sum)).Value;
        }
        Group.Barrier();
        AttentionTiles.Write(sums, factor, at.Y, shape.Y.At(item, head, first) + column, shape.Y.Row, queries, shape.V.Width - column);
    }
}
