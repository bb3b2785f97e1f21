using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// What the device forms of attention share: tiles of 32 x 32 scores, and sums of 32 rows and 64 columns, in the group's shared memory.
/// A thread computes four neighbours at once: one number and four neighbours are read for four multiply-adds. Right for any group size.
/// </summary>
public static class AttentionTiles
{
    /// <summary>Rows and columns of a tile.</summary>
    public const int Side = 32;

    /// <summary>Columns of sums.</summary>
    public const int Run = 64;

    /// <summary>Quads from one row of a tile to the next; one more than needed, so that rows begin in other banks.</summary>
    public const int TileRow = Side / Quad.Width + 1;

    /// <summary>Quads of a tile.</summary>
    public const int TileQuads = Side * TileRow;

    /// <summary>Quads from one row of sums to the next.</summary>
    public const int RunRow = Run / Quad.Width + 1;

    /// <summary>Quads of sums, and of lines that are multiplied.</summary>
    public const int RunQuads = Side * RunRow;

    /// <summary>Quads of room for operands: two tiles, or lines of sums.</summary>
    public const int Room = 2 * TileQuads > RunQuads ? 2 * TileQuads : RunQuads;

    private const int Bits = 5;
    private const int RunBits = 6;
    private const int QuadBits = 2;

    /// <summary>Tiles along so many steps.</summary>
    public static int Count(int steps) => (steps + Side - 1) / Side;

    /// <summary>Runs along so many numbers.</summary>
    public static int Runs(int width) => (width + Run - 1) / Run;

    /// <summary>Sets quads to zero.</summary>
    public static void Clear(ArrayView<Quad> quads, int count)
    {
        for (var e = Group.IdxX; e < count; e += Group.DimX)
            quads[e] = default;
    }

    /// <summary>tile[r, c] = sum over the width of a[r] b[c]; rows and columns that are not there give zeros.</summary>
    /// <param name="room">Shared memory for operands.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="a">Lines of the rows.</param>
    /// <param name="startOfA">Place of the first.</param>
    /// <param name="rowOfA">Floats from one to the next.</param>
    /// <param name="rows">How many there are.</param>
    /// <param name="b">Lines of the columns.</param>
    /// <param name="startOfB">Place of the first.</param>
    /// <param name="rowOfB">Floats from one to the next.</param>
    /// <param name="columns">How many there are.</param>
    /// <param name="width">Numbers of a line.</param>
    public static void Products(
        ArrayView<Quad> room, ArrayView<Quad> tile, ArrayView<float> a, long startOfA, int rowOfA, int rows, ArrayView<float> b, long startOfB, int rowOfB, int columns, int width)
    {
        var left = room.SubView(0, TileQuads).Cast<float>();
        var across = room.SubView(TileQuads, TileQuads);
        var right = across.Cast<float>();
        Clear(tile, TileQuads);
        for (var first = 0; first < width; first += Side)
        {
            Group.Barrier();
            for (var e = Group.IdxX; e < Side * Side; e += Group.DimX)
            {
                var (r, k) = (e >> Bits, e & (Side - 1));
                var isThere = first + k < width;
                left[r * (TileRow * Quad.Width) + k] = isThere && r < rows ? a[startOfA + (long)r * rowOfA + (first + k)] : 0f;
                right[k * (TileRow * Quad.Width) + r] = isThere && r < columns ? b[startOfB + (long)r * rowOfB + (first + k)] : 0f;
            }
            Group.Barrier();
            for (var e = Group.IdxX; e < Side * (Side / Quad.Width); e += Group.DimX)
            {
                var r = e >> (Bits - QuadBits);
                var quad = e & (Side / Quad.Width - 1);
                var sum = tile[r * TileRow + quad];
                for (var k = 0; k < Side; k++)
                    sum = Quad.MultiplyAdd(left[r * (TileRow * Quad.Width) + k], across[k * TileRow + quad], sum);
                tile[r * TileRow + quad] = sum;
            }
        }
        Group.Barrier();
    }

    /// <summary>sums[r, c] = factor[r] sums[r, c] + sum over lines l of tile[r, l] b[l, c].</summary>
    /// <param name="room">Shared memory for operands.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="sums">The sums.</param>
    /// <param name="factors">A factor for each row.</param>
    /// <param name="b">Lines.</param>
    /// <param name="startOfB">Place of the first line's first column.</param>
    /// <param name="rowOfB">Floats from one line to the next.</param>
    /// <param name="lines">How many there are; the tile is zero behind them.</param>
    /// <param name="columns">Columns that are there.</param>
    public static void Add(
        ArrayView<Quad> room, ArrayView<Quad> tile, ArrayView<Quad> sums, ArrayView<float> factors, ArrayView<float> b, long startOfB, int rowOfB, int lines, int columns)
    {
        var right = room.Cast<float>();
        var left = tile.Cast<float>();
        Group.Barrier();
        for (var e = Group.IdxX; e < Side * Run; e += Group.DimX)
        {
            var (l, c) = (e >> RunBits, e & (Run - 1));
            right[l * (RunRow * Quad.Width) + c] = l < lines && c < columns ? b[startOfB + (long)l * rowOfB + c] : 0f;
        }
        Group.Barrier();
        for (var e = Group.IdxX; e < Side * (Run / Quad.Width); e += Group.DimX)
        {
            var r = e >> (RunBits - QuadBits);
            var quad = e & (Run / Quad.Width - 1);
            var sum = Quad.MultiplyAdd(factors[r], sums[r * RunRow + quad], default);
            for (var l = 0; l < Side; l++)
                sum = Quad.MultiplyAdd(left[r * (TileRow * Quad.Width) + l], room[l * RunRow + quad], sum);
            sums[r * RunRow + quad] = sum;
        }
        Group.Barrier();
    }

    /// <summary>Writes sums where they are there, times a factor of their row.</summary>
    /// <param name="sums">The sums.</param>
    /// <param name="factors">A factor for each row.</param>
    /// <param name="y">Where to.</param>
    /// <param name="start">Place of the first row's first column.</param>
    /// <param name="row">Floats from one row to the next.</param>
    /// <param name="rows">Rows that are there.</param>
    /// <param name="columns">Columns that are there.</param>
    public static void Write(ArrayView<Quad> sums, ArrayView<float> factors, ArrayView<float> y, long start, int row, int rows, int columns)
    {
        var from = sums.Cast<float>();
        for (var e = Group.IdxX; e < Side * Run; e += Group.DimX)
        {
            var (r, c) = (e >> RunBits, e & (Run - 1));
            if (r < rows && c < columns)
                y[start + (long)r * row + c] = factors[r] * from[r * (RunRow * Quad.Width) + c];
        }
    }
}
