using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Device form of a product of matrices that <see cref="ITiledProduct"/> finds: one group a tile of C and slice of the inner
/// indices, side x side threads, each 4 x 4 or 8 x 8 sums in registers, over inner indices in order. Two tiles of A and B in shared
/// memory: while one pair is multiplied, the next is on its way through registers. Per element of C and inner index of
/// a 128 x 128 tile: 1/64 read of device memory, 1/16 vector read of shared memory.
/// </summary>
public struct TiledProductBody<TProduct, TSums, TLoadA, TLoadB> : IGroupBody
    where TProduct : struct, ITiledProduct
    where TSums : struct, ITileSums
    where TLoadA : struct, ITileLoader
    where TLoadB : struct, ITileLoader
{
    /// <summary>Quads of a tile in shared memory: side x side, and one more for each of at most side inner indices.</summary>
    private const int TileQuads = (TiledProduct.MostSide + 1) * TiledProduct.MostSide;

    /// <summary>How operands are found.</summary>
    public TProduct Product;

    /// <summary>Left operand.</summary>
    public TileSource A;

    /// <summary>Right operand.</summary>
    public TileSource B;

    /// <summary>Result.</summary>
    public TileTarget C;

    /// <summary>Tiles in the rows of C.</summary>
    public int RowTiles;

    /// <summary>Tiles in the columns of C.</summary>
    public int ColumnTiles;

    /// <summary>Products.</summary>
    public int Items;

    /// <summary>Inner indices of a slice; even, and a multiple of 4.</summary>
    public int Slice;

    /// <summary>Floats from the results of one slice to those of the next.</summary>
    public long Results;

    /// <summary>
    /// Binary logarithm of side, from 2 to 4; the group size is side^2. Threads find their places by shifts, because ILGPU works out
    /// again in a loop what it needs there.
    /// </summary>
    public int Bits;

    /// <inheritdoc/>
    public void Run()
    {
        var shared = SharedMemory.Allocate<Quad>(4 * TileQuads);
        var (side, thread) = (1 << Bits, Group.IdxX);
        var (spanBits, depthBits) = (Bits + TSums.Doublings, Bits - TSums.Doublings);
        var (span, depth) = (1 << spanBits, 1 << depthBits);
        var rest = Grid.IdxX / RowTiles;
        var firstRow = (Grid.IdxX - rest * RowTiles) * span * Quad.Width;
        var next = rest / ColumnTiles;
        var firstColumn = (rest - next * ColumnTiles) * span * Quad.Width;
        var slice = next / Items;

        var product = Product;
        var item = product.Begin(next - slice * Items);
        var (a, b, c) = (A, B, C);
        a.Start = item.A;
        b.Start = item.B;
        c.Start = item.C + slice * Results;
        c.BiasStart = item.Bias;
        c.HasBias = slice == 0 ? c.HasBias : 0;

        var sums = default(TSums);
        var (loadA, loadB) = (default(TLoadA), default(TLoadB));
        loadA.Begin(ref product, a, false, firstRow, spanBits, depthBits);
        loadB.Begin(ref product, b, true, firstColumn, spanBits, depthBits);
        var (row, column) = (thread >> Bits, thread & (side - 1));
        var first = slice * Slice;
        var last = Math.Min(first + Slice, item.Inner);
        var x = loadA.Load(ref product, a, false, first, last);
        var y = loadB.Load(ref product, b, true, first, last);
        var half = 0;
        for (var k = first; k < last; k += depth)
        {
            var left = shared.SubView(half, TileQuads);
            var right = shared.SubView(half + TileQuads, TileQuads);
            loadA.Store(left, x);
            loadB.Store(right, y);
            // The only barrier: a half is written again after the next one, when no thread reads it any more.
            Group.Barrier();
            x = loadA.Load(ref product, a, false, k + depth, last);
            y = loadB.Load(ref product, b, true, k + depth, last);
            for (var at = 0; at < depth * (span + 1); at += 2 * (span + 1))
            {
                sums.Add(left, right, at + row, at + column, side);
                sums.Add(left, right, at + span + 1 + row, at + span + 1 + column, side);
            }
            half = 2 * TileQuads - half;
        }
        sums.Write(ref product, c, shared, firstRow, firstColumn, Bits);
    }
}
