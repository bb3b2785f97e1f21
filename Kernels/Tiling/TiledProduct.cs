using System.Numerics;

namespace GpuNN.Kernels;

/// <summary>Launches products of matrices on a device: chooses the size of the tiles, how they are loaded, and slices.</summary>
public static class TiledProduct
{
    /// <summary>The most threads along a side of a tile.</summary>
    public const int MostSide = 16;

    private const int LeastSide = 4;

    /// <summary>Below this many rows or columns most of a tile would be empty.</summary>
    private const int LeastLength = 8;

    /// <summary>Below this many multiply-adds of an item the steps of a tile would be mostly waiting; a guess.</summary>
    private const int LeastWork = 4096;

    /// <summary>Launches all products of some sizes.</summary>
    /// <param name="device">Where.</param>
    /// <param name="product">How operands are found.</param>
    /// <param name="a">Left operand.</param>
    /// <param name="b">Right operand.</param>
    /// <param name="c">Results, overwritten; they overlap no operand.</param>
    /// <param name="bias">Bias of every row; empty for none.</param>
    /// <param name="workspace">Room for the workspace of the sizes.</param>
    /// <param name="sizes">The sizes.</param>
    internal static void Run<TProduct>(
        DeviceRoute device, in TProduct product, in TileSource a, in TileSource b, in View c, in View bias, in View workspace,
        in ProductSizes sizes) where TProduct : struct, ITiledProduct
    {
        if (sizes.Results == 0)
            return;
        var isSliced = sizes.Slices > 1;
        var results = isSliced ? workspace.Slice(0, sizes.PartialRoom) : c;
        var target = new TileTarget
        {
            C = results.Floats,
            Bias = bias.Floats,
            HasBias = bias.Length > 0 ? 1 : 0,
            Rows = sizes.Rows,
            Columns = sizes.Columns,
        };
        var side = SideOf(device);
        if (side < LeastSide || sizes.Rows < LeastLength || sizes.Columns < LeastLength || (long)sizes.Rows * sizes.Columns * sizes.Inner < LeastWork)
            RunElements(device, product, a, b, target, sizes);
        else if (PrefersLarge(device, sizes, side * Quad.Width))
            RunTiles<TProduct, LargeSums>(device, product, a, b, target, sizes, side);
        else
            RunTiles<TProduct, SmallSums>(device, product, a, b, target, sizes, side);
        if (isSliced)
        {
            var rest = workspace.Slice(results.Length, workspace.Length - results.Length);
            ReduceKernels.Run<SumReduction>(device, results.Slice(0, sizes.Slices * sizes.Results), c, rest, 1, sizes.Slices, (int)sizes.Results, 1f);
        }
    }

    /// <summary>Refuses operands whose elements a place cannot reach.</summary>
    internal static void Fits(long elements, string what)
    {
        if (elements > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(elements), elements,
                $"A device's kernels reach {int.MaxValue:N0} elements of an operand, but {what} has {elements:N0}. Cut the batch, or the matrix, into parts.");
    }

    /// <summary>Threads along a side of the device's groups.</summary>
    private static int SideOf(DeviceRoute device)
    {
        var side = MostSide;
        while (side > 1 && side * side > device.GroupSize)
            side /= 2;
        return side;
    }

    /// <summary>Whether tiles of twice the side keep the device busy, and are not much emptier.</summary>
    private static bool PrefersLarge(DeviceRoute device, in ProductSizes sizes, int side)
    {
        var (large, small) = (sizes.Tiles(2 * side), sizes.Tiles(side));
        return large * sizes.Slices >= device.Accelerator.NumMultiprocessors && 4 * large * 4 <= 5 * small;
    }

    private static void RunElements<TProduct>(
        DeviceRoute device, in TProduct product, in TileSource a, in TileSource b, in TileTarget c, in ProductSizes sizes)
        where TProduct : struct, ITiledProduct =>
        device.Each(checked(sizes.Slices * sizes.Items * sizes.Rows * sizes.Columns), new ElementProductBody<TProduct>
        {
            Product = product,
            A = a,
            B = b,
            C = c,
            Items = sizes.Items,
            Slice = sizes.Slice,
            Results = sizes.Results,
        });

    private static void RunTiles<TProduct, TSums>(
        DeviceRoute device, in TProduct product, in TileSource a, in TileSource b, in TileTarget c, in ProductSizes sizes, int side)
        where TProduct : struct, ITiledProduct where TSums : struct, ITileSums
    {
        var depth = side >> TSums.Doublings;
        switch (HasQuads(a, depth), HasQuads(b, depth))
        {
            case (false, false): RunTiles<TProduct, TSums, SingleLoader, SingleLoader>(device, product, a, b, c, sizes, side); break;
            case (false, true): RunTiles<TProduct, TSums, SingleLoader, QuadLoader>(device, product, a, b, c, sizes, side); break;
            case (true, false): RunTiles<TProduct, TSums, QuadLoader, SingleLoader>(device, product, a, b, c, sizes, side); break;
            default: RunTiles<TProduct, TSums, QuadLoader, QuadLoader>(device, product, a, b, c, sizes, side); break;
        }
    }

    private static bool HasQuads(in TileSource source, int depth) =>
        source.InQuads != 0 && (source.AlongInner == 0 || depth % Quad.Width == 0);

    private static void RunTiles<TProduct, TSums, TLoadA, TLoadB>(
        DeviceRoute device, in TProduct product, in TileSource a, in TileSource b, in TileTarget c, in ProductSizes sizes, int side)
        where TProduct : struct, ITiledProduct where TSums : struct, ITileSums where TLoadA : struct, ITileLoader where TLoadB : struct, ITileLoader
    {
        var tile = side * Quad.Width << TSums.Doublings;
        device.Groups(checked((int)(sizes.Slices * sizes.Tiles(tile))), side * side, new TiledProductBody<TProduct, TSums, TLoadA, TLoadB>
        {
            Product = product,
            A = a,
            B = b,
            C = c,
            RowTiles = ProductSizes.TilesIn(sizes.Rows, tile),
            ColumnTiles = ProductSizes.TilesIn(sizes.Columns, tile),
            Items = sizes.Items,
            Slice = sizes.Slice,
            Results = sizes.Results,
            Bits = BitOperations.Log2((uint)side),
        });
    }
}
