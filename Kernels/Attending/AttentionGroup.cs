using ILGPU;

namespace GpuNN.Kernels;

/// <summary>What a group of threads does of an attention on a device: a tile of rows of a head, and a run of columns of the result.</summary>
public struct AttentionGroup
{
    /// <summary>First row of the tile.</summary>
    public int First;

    /// <summary>First column of the run.</summary>
    public int Column;

    /// <summary>The head, counted over all items.</summary>
    public int Place;

    /// <summary>The item of the batch.</summary>
    public int Item;

    /// <summary>The head of the item.</summary>
    public int Head;

    /// <summary>The part of the group that asks; groups are counted over tiles, then runs, then heads, then items.</summary>
    /// <param name="rows">Rows of a head.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="heads">Heads of an item.</param>
    public static AttentionGroup Here(int rows, int width, int heads)
    {
        var tiles = AttentionTiles.Count(rows);
        var pair = Grid.IdxX / tiles;
        var runs = AttentionTiles.Runs(width);
        var place = pair / runs;
        var item = place / heads;
        return new()
        {
            First = (Grid.IdxX - pair * tiles) * AttentionTiles.Side,
            Column = (pair - place * runs) * AttentionTiles.Run,
            Place = place,
            Item = item,
            Head = place - item * heads,
        };
    }
}
