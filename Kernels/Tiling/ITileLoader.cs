using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// How the threads of a group bring a tile of A or B into shared memory, four elements a thread: (inner, outer), its rows
/// one quad longer than a tile is wide, so that neighbours of either index stand in different banks.
/// </summary>
public interface ITileLoader
{
    /// <summary>Chooses the calling thread's elements.</summary>
    /// <param name="product">The product, begun.</param>
    /// <param name="source">The operand.</param>
    /// <param name="isB">Whether it is B.</param>
    /// <param name="first">First outer index of the tile.</param>
    /// <param name="spanBits">Binary logarithm of the quads in the tile's width.</param>
    /// <param name="depthBits">Binary logarithm of the tile's inner indices.</param>
    void Begin<TProduct>(ref TProduct product, in TileSource source, bool isB, int first, int spanBits, int depthBits) where TProduct : struct, ITiledProduct;

    /// <summary>Reads the elements of the tile that starts at an inner index; from the last one on they are 0.</summary>
    Quad Load<TProduct>(ref TProduct product, in TileSource source, bool isB, int k, int last) where TProduct : struct, ITiledProduct;

    /// <summary>Writes them to the tile.</summary>
    void Store(ArrayView<Quad> tile, Quad x);
}

/// <summary>Loads elements one by one, a quarter of the tile apart, so that neighbouring threads read neighbours.</summary>
public struct SingleLoader : ITileLoader
{
    private Place first;
    private Place second;
    private Place third;
    private Place fourth;
    private int inner;
    private int at;
    private int step;

    /// <inheritdoc/>
    public void Begin<TProduct>(ref TProduct product, in TileSource source, bool isB, int first, int spanBits, int depthBits) where TProduct : struct, ITiledProduct
    {
        var (thread, span) = (Group.IdxX, 1 << spanBits);
        inner = source.AlongInner != 0 ? thread & ((1 << depthBits) - 1) : thread >> spanBits;
        var outer = source.AlongInner != 0 ? thread >> depthBits : thread & (span - 1);
        at = inner * (span + 1) * Quad.Width + outer;
        step = span;
        this.first = TilePlace.Outer(ref product, isB, first + outer, source.Outers);
        second = TilePlace.Outer(ref product, isB, first + outer + span, source.Outers);
        third = TilePlace.Outer(ref product, isB, first + outer + 2 * span, source.Outers);
        fourth = TilePlace.Outer(ref product, isB, first + outer + 3 * span, source.Outers);
    }

    /// <inheritdoc/>
    public readonly Quad Load<TProduct>(ref TProduct product, in TileSource source, bool isB, int k, int last) where TProduct : struct, ITiledProduct
    {
        var place = TilePlace.Inner(ref product, isB, k + inner, last);
        return new Quad(source.Single(first, place), source.Single(second, place), source.Single(third, place), source.Single(fourth, place));
    }

    /// <inheritdoc/>
    public readonly void Store(ArrayView<Quad> tile, Quad x) => TilePlace.Store(tile.Cast<float>(), at, step, x);
}

/// <summary>Loads aligned quads, each with one vector load.</summary>
public struct QuadLoader : ITileLoader
{
    private Place place;
    private int inner;
    private int at;
    private int step;

    /// <inheritdoc/>
    public void Begin<TProduct>(ref TProduct product, in TileSource source, bool isB, int first, int spanBits, int depthBits) where TProduct : struct, ITiledProduct
    {
        var (thread, span) = (Group.IdxX, 1 << spanBits);
        var quadBits = depthBits - 2;
        inner = source.AlongInner != 0 ? (thread & ((1 << quadBits) - 1)) * Quad.Width : thread >> spanBits;
        var outer = source.AlongInner != 0 ? thread >> quadBits : (thread & (span - 1)) * Quad.Width;
        var line = (span + 1) * Quad.Width;
        at = inner * line + outer;
        step = source.AlongInner != 0 ? line : 1;
        place = TilePlace.Outer(ref product, isB, first + outer, source.Outers);
    }

    /// <inheritdoc/>
    public readonly Quad Load<TProduct>(ref TProduct product, in TileSource source, bool isB, int k, int last) where TProduct : struct, ITiledProduct =>
        source.Four(place, TilePlace.Inner(ref product, isB, k + inner, last));

    /// <inheritdoc/>
    public readonly void Store(ArrayView<Quad> tile, Quad x)
    {
        if (step == 1)
            tile[at / Quad.Width] = x;
        else
            TilePlace.Store(tile.Cast<float>(), at, step, x);
    }
}

/// <summary>What the loaders share.</summary>
public static class TilePlace
{
    /// <summary>Place of an outer index, outside from the last on.</summary>
    public static Place Outer<TProduct>(ref TProduct product, bool isB, int outer, int last) where TProduct : struct, ITiledProduct =>
        outer >= last ? Place.Outside : isB ? product.ColumnOfB(outer) : product.RowOfA(outer);

    /// <summary>Place of an inner index, outside from the last on.</summary>
    public static Place Inner<TProduct>(ref TProduct product, bool isB, int k, int last) where TProduct : struct, ITiledProduct =>
        k >= last ? Place.Outside : isB ? product.InnerOfB(k) : product.InnerOfA(k);

    /// <summary>Writes four numbers, a step apart.</summary>
    public static void Store(ArrayView<float> tile, int at, int step, Quad x)
    {
        tile[at] = x.X;
        tile[at + step] = x.Y;
        tile[at + 2 * step] = x.Z;
        tile[at + 3 * step] = x.W;
    }
}
