using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Device form of the gradients by keys and values: one group a head, tile of keys and run of columns; it goes through the queries tile by
/// tile.
/// </summary>
public struct AttentionKeyGradientBody : IGroupBody
{
    /// <summary>Sizes and places.</summary>
    public AttentionShape Shape;

    /// <summary>Operands and results of the forward pass.</summary>
    public AttentionDeviceViews At;

    /// <summary>Gradient of the results.</summary>
    public ArrayView<float> Dy;

    /// <summary>The results' products with it.</summary>
    public ArrayView<float> Own;

    /// <summary>Gradient of the keys.</summary>
    public ArrayView<float> Dk;

    /// <summary>Gradient of the values.</summary>
    public ArrayView<float> Dv;

    /// <inheritdoc/>
    public void Run()
    {
        const int side = AttentionTiles.Side;
        const int pitch = AttentionTiles.TileRow * Quad.Width;
        var shared = SharedMemory.Allocate<Quad>(AttentionTiles.Room + 2 * AttentionTiles.TileQuads + 2 * AttentionTiles.RunQuads);
        var room = shared.SubView(0, AttentionTiles.Room);
        var tile = shared.SubView(AttentionTiles.Room, AttentionTiles.TileQuads);
        var other = shared.SubView(AttentionTiles.Room + AttentionTiles.TileQuads, AttentionTiles.TileQuads);
        var keySums = shared.SubView(AttentionTiles.Room + 2 * AttentionTiles.TileQuads, AttentionTiles.RunQuads);
        var valueSums = shared.SubView(AttentionTiles.Room + 2 * AttentionTiles.TileQuads + AttentionTiles.RunQuads, AttentionTiles.RunQuads);
        var factors = SharedMemory.Allocate<float>(side);
        var (weights, slopes) = (tile.Cast<float>(), other.Cast<float>());
        var (shape, at) = (Shape, At);

        var group = AttentionGroup.Here(shape.Keys, Math.Max(shape.Q.Width, shape.V.Width), shape.Heads);
        var (first, column, item, head) = (group.First, group.Column, group.Item, group.Head);
        var keys = Math.Min(side, shape.Keys - first);
        var length = at.Length(item, shape.Keys);

        AttentionTiles.Clear(keySums, AttentionTiles.RunQuads);
        AttentionTiles.Clear(valueSums, AttentionTiles.RunQuads);
        for (var r = Group.IdxX; r < side; r += Group.DimX)
            factors[r] = 1;
        for (var query = 0; query < shape.Queries; query += side)
        {
            var queries = Math.Min(side, shape.Queries - query);
            // A later query never sees fewer keys.
            if (shape.End(query + queries - 1, length) <= first)
                continue;
            AttentionTiles.Products(room, tile, at.K, shape.K.At(item, head, first), shape.K.Row, keys, at.Q, shape.Q.At(item, head, query), shape.Q.Row, queries, shape.Q.Width);
            AttentionTiles.Products(room, other, at.V, shape.V.At(item, head, first), shape.V.Row, keys, Dy, shape.Y.At(item, head, query), shape.Y.Row, queries, shape.V.Width);
            var row = (long)group.Place * shape.Queries + query;
            for (var e = Group.IdxX; e < side * side; e += Group.DimX)
            {
                var (r, c) = (e / side, e % side);
                var (weight, slope) = (0f, 0f);
                if (c < queries && first + r < shape.End(query + c, length))
                {
                    var score = at.Score(shape, weights[r * pitch + c], query + c, first + r);
                    weight = ScalarLane.Exp(new ScalarLane(score - at.Statistics[row + c])).Value;
                    slope = weight * (slopes[r * pitch + c] - Own[row + c]);
                }
                weights[r * pitch + c] = weight;
                slopes[r * pitch + c] = slope;
            }
            AttentionTiles.Add(room, tile, valueSums, factors, Dy, shape.Y.At(item, head, query) + column, shape.Y.Row, queries, shape.V.Width - column);
            AttentionTiles.Add(room, other, keySums, factors, at.Q, shape.Q.At(item, head, query) + column, shape.Q.Row, queries, shape.Q.Width - column);
        }
        Group.Barrier();
        AttentionTiles.Write(valueSums, factors, Dv, shape.V.At(item, head, first) + column, shape.V.Row, keys, shape.V.Width - column);
        Group.Barrier();
        for (var r = Group.IdxX; r < side; r += Group.DimX)
            factors[r] = shape.Scale;
        Group.Barrier();
        AttentionTiles.Write(keySums, factors, Dk, shape.K.At(item, head, first) + column, shape.K.Row, keys, shape.Q.Width - column);
    }
}
