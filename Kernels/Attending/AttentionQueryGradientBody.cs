using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Device form of the gradient by queries: one group a head, tile of queries and run of columns; it goes through the keys tile by tile.
/// </summary>
public struct AttentionQueryGradientBody : IGroupBody
{
    /// <summary>Sizes and places.</summary>
    public AttentionShape Shape;

    /// <summary>Operands and results of the forward pass.</summary>
    public AttentionDeviceViews At;

    /// <summary>Gradient of the results.</summary>
    public ArrayView<float> Dy;

    /// <summary>The results' products with it.</summary>
    public ArrayView<float> Own;

    /// <summary>Gradient of the queries.</summary>
    public ArrayView<float> Dq;

    /// <inheritdoc/>
    public void Run()
    {
        const int side = AttentionTiles.Side;
        const int pitch = AttentionTiles.TileRow * Quad.Width;
        var shared = SharedMemory.Allocate<Quad>(AttentionTiles.Room + 2 * AttentionTiles.TileQuads + AttentionTiles.RunQuads);
        var room = shared.SubView(0, AttentionTiles.Room);
        var tile = shared.SubView(AttentionTiles.Room, AttentionTiles.TileQuads);
        var other = shared.SubView(AttentionTiles.Room + AttentionTiles.TileQuads, AttentionTiles.TileQuads);
        var sums = shared.SubView(AttentionTiles.Room + 2 * AttentionTiles.TileQuads, AttentionTiles.RunQuads);
        var factors = SharedMemory.Allocate<float>(side);
        var (scores, slopes) = (tile.Cast<float>(), other.Cast<float>());
        var (shape, at) = (Shape, At);

        var group = AttentionGroup.Here(shape.Queries, shape.Q.Width, shape.Heads);
        var (first, column, item, head) = (group.First, group.Column, group.Item, group.Head);
        var queries = Math.Min(side, shape.Queries - first);
        var length = at.Length(item, shape.Keys);
        var end = shape.End(first + queries - 1, length);
        var row = (long)group.Place * shape.Queries + first;

        AttentionTiles.Clear(sums, AttentionTiles.RunQuads);
        for (var r = Group.IdxX; r < side; r += Group.DimX)
            factors[r] = 1;
        for (var key = 0; key < end; key += side)
        {
            var keys = Math.Min(side, shape.Keys - key);
            AttentionTiles.Products(room, tile, at.Q, shape.Q.At(item, head, first), shape.Q.Row, queries, at.K, shape.K.At(item, head, key), shape.K.Row, keys, shape.Q.Width);
            AttentionTiles.Products(room, other, Dy, shape.Y.At(item, head, first), shape.Y.Row, queries, at.V, shape.V.At(item, head, key), shape.V.Row, keys, shape.V.Width);
            for (var e = Group.IdxX; e < side * side; e += Group.DimX)
            {
                var (r, c) = (e / side, e % side);
                var slope = 0f;
                if (r < queries && key + c < shape.End(first + r, length))
                {
                    var score = at.Score(shape, scores[r * pitch + c], first + r, key + c);
                    slope = ScalarLane.Exp(new ScalarLane(score - at.Statistics[row + r])).Value * (slopes[r * pitch + c] - Own[row + r]);
                }
                scores[r * pitch + c] = slope;
            }
            AttentionTiles.Add(room, tile, sums, factors, at.K, shape.K.At(item, head, key) + column, shape.K.Row, keys, shape.Q.Width - column);
        }
        Group.Barrier();
        for (var r = Group.IdxX; r < side; r += Group.DimX)
            factors[r] = shape.Scale;
        Group.Barrier();
        AttentionTiles.Write(sums, factors, Dq, shape.Q.At(item, head, first) + column, shape.Q.Row, queries, shape.Q.Width - column);
    }
}
