namespace GpuNN.Kernels;

/// <summary>
/// Sizes of a product for a device, and into how many slices its inner sum is split: a product with few elements and a long
/// sum would leave a device idle. The shape alone decides, so that a result does not depend on the device.
/// </summary>
/// <param name="Items">Products.</param>
/// <param name="Rows">Rows of each.</param>
/// <param name="Columns">Columns of each.</param>
/// <param name="Inner">Inner indices, the most that an item has.</param>
/// <param name="Results">Floats of C, all items.</param>
internal readonly record struct ProductSizes(int Items, int Rows, int Columns, int Inner, long Results)
{
    /// <summary>Fewest inner indices of a slice: a partial sum costs a write and a read.</summary>
    private const int LeastSlice = 256;

    /// <summary>Tiles and slices that keep a large device busy.</summary>
    private const int Enough = 512;

    private const int MostSlices = 256;

    /// <summary>Side of the tiles that are counted.</summary>
    private const int CountedTile = 64;

    /// <summary>Slices of the inner sum.</summary>
    public int Slices => Inner == 0 ? 1 : (Inner + Slice - 1) / Slice;

    /// <summary>Inner indices of a slice; the last has fewer. A multiple of 16.</summary>
    public int Slice
    {
        get
        {
            var wanted = Math.Min(MostSlices, Math.Min(Enough / Math.Max(1, Tiles(CountedTile)), Inner / LeastSlice));
            return (int)((Inner / Math.Max(1, wanted) + 15L) / 16 * 16);
        }
    }

    /// <summary>Floats of workspace: partial sums and what adding them up needs.</summary>
    public long Workspace => Slices == 1 ? 0 : PartialRoom + ReduceKernels.Workspace(1, Slices, checked((int)Results));

    /// <summary>Floats of workspace for the partial sums.</summary>
    public long PartialRoom => (Slices * Results + 15) / 16 * 16;

    /// <summary>Tiles of a side.</summary>
    public long Tiles(int side) => (long)Items * TilesIn(Rows, side) * TilesIn(Columns, side);

    /// <summary>Tiles in a length.</summary>
    public static int TilesIn(int length, int side) => (int)(((long)length + side - 1) / side);
}
