using System.Runtime.InteropServices;

namespace GpuNN.Kernels;

/// <summary>The micro-kernels emitted so far: each is compiled when a product first needs it, and lives as long as the process.</summary>
internal static unsafe class TileKernels
{
    private const int MostVectors = 4;
    private const int MostRows = 14;

    private static readonly nint[] Emitted = new nint[3 * (MostRows + 1) * (MostVectors + 1) * 2];
    private static readonly Lock Emitting = new();

    /// <summary>A zero for each row of a tile: the start of sums that begin with nothing.</summary>
    public static readonly float* Zeros = (float*)NativeMemory.AllocZeroed(MostRows, sizeof(float));

    /// <summary>How many rows a tile of some vectors across may have, so that its sums stay in registers.</summary>
    public static int RowsFor(int lanes, int vectors)
    {
        var registers = lanes == 16 ? 32 : 16;
        return Math.Min(MostRows, (registers - 1 - vectors) / vectors);
    }

    /// <summary>How many vectors across serve a product of few rows best: enough independent sums to fill the multipliers.</summary>
    public static int VectorsFor(int lanes, int rows) => rows <= RowsFor(lanes, MostVectors) ? MostVectors : 2;

    /// <summary>The micro-kernel of a tile size; see <see cref="TileEmitter.Emit"/>.</summary>
    public static delegate*<Tile*, void> Get(int lanes, int rows, int vectors, bool panel)
    {
        var width = lanes == 16 ? 0 : lanes == 8 ? 1 : 2;
        var place = ((width * (MostRows + 1) + rows) * (MostVectors + 1) + vectors) * 2 + (panel ? 1 : 0);
        var found = Volatile.Read(ref Emitted[place]);
        if (found != 0)
            return (delegate*<Tile*, void>)found;
        lock (Emitting)
        {
            if (Emitted[place] == 0)
                Volatile.Write(ref Emitted[place], (nint)TileEmitter.Emit(lanes, rows, vectors, panel));
            return (delegate*<Tile*, void>)Emitted[place];
        }
    }
}
