using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>A product of matrices that lie in the caches already, on one thread: strips of two vectors across, panels of rows down.</summary>
internal static unsafe class CachedProduct
{
    /// <summary>Vectors across a strip.</summary>
    public const int Vectors = 2;

    /// <summary>Runs it.</summary>
    /// <param name="first">The operands, their strides, the inner indices, and whether C is added to; its rows are whole vectors long.</param>
    /// <param name="lanes">Floats a vector.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="columns">Columns of C, rounded up to whole vectors.</param>
    /// <param name="strip">Floats from one strip of B to the next.</param>
    /// <param name="panel">Whether the rows of A stand side by side and not its inner indices.</param>
    [MethodImpl(Hot.Loop)]
    public static void Run(in Tile first, int lanes, int rows, int columns, nint strip, bool panel)
    {
        var tile = first;
        var width = Vectors * lanes;
        var panels = new RowPanels(rows, TileKernels.RowsFor(lanes, Vectors));
        var (rowOfA, rowOfC) = (panel ? 1 : first.RowOfA / sizeof(float), first.RowOfC / sizeof(float));
        for (var column = 0; column < columns; column += width, tile.B += strip)
        {
            var vectors = Math.Min(Vectors, (columns - column + lanes - 1) / lanes);
            for (var at = 0; at < panels.Count; at++)
            {
                var row = panels.First(at);
                tile.A = first.A + row * rowOfA;
                tile.C = first.C + row * rowOfC + column;
                TileKernels.Get(lanes, panels.Rows(at), vectors, panel)(&tile);
            }
        }
    }
}
