namespace GpuNN.Kernels;

/// <summary>
/// Columns of an image that a run of neighbouring outputs sees, the padding included: column t of the strip is column
/// Start + t of the image. Host forms first combine the rows of a window along a strip that lies in the nearest cache,
/// vector by vector whatever the stride, then the columns.
/// </summary>
internal readonly struct PoolStrip
{
    /// <summary>Most columns of a strip; wider windows take the form that devices run.</summary>
    private const int Room = 4096;

    /// <summary>The strip of some outputs.</summary>
    public PoolStrip(in WindowShape window, int first, int outputs)
    {
        (First, Outputs) = (first, outputs);
        Start = first * window.ColumnStride - window.Left;
        Columns = Width(window, outputs);
        Low = Math.Clamp(-Start, 0, Columns);
        High = Math.Clamp(window.Width - Start, Low, Columns);
    }

    /// <summary>First output.</summary>
    public int First { get; }

    /// <summary>Number of outputs.</summary>
    public int Outputs { get; }

    /// <summary>Column of the image where the strip begins; negative in the padding.</summary>
    public int Start { get; }

    /// <summary>Columns of the strip.</summary>
    public int Columns { get; }

    /// <summary>First column of the strip inside the image.</summary>
    public int Low { get; }

    /// <summary>Column of the strip behind the last one inside the image.</summary>
    public int High { get; }

    /// <summary>Whether a window is narrow enough for a strip.</summary>
    public static bool Fits(in WindowShape window) => Reach(window) <= Room / 2;

    /// <summary>Columns from the first place of a window to its last.</summary>
    public static int Reach(in WindowShape window) => (window.WindowWidth - 1) * window.ColumnDilation + 1;

    /// <summary>Most outputs of a strip.</summary>
    public static int Most(in WindowShape window) => Math.Max(1, Math.Min(window.OutWidth, (Room - Reach(window)) / window.ColumnStride + 1));

    /// <summary>Columns that so many outputs see.</summary>
    public static int Width(in WindowShape window, int outputs) => (outputs - 1) * window.ColumnStride + Reach(window);
}
