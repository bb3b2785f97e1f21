namespace GpuNN.Kernels;

/// <summary>
/// Which pixels of a source image the places ("taps") of a window meet, for a grid of results: tap (u, v) of result (i, j) is the
/// source's pixel (i RowStride + RowOffsets[u], j ColumnStride + ColumnOffsets[v]), 0 outside the image. A band of a
/// convolution's outputs is such a grid over x; the pixels of x that lie a stride apart are one over dy, seen by the taps
/// that hit them.
/// </summary>
internal sealed class TapGrid
{
    private TapGrid(
        int height, int width, int rows, int columns, int rowStride, int columnStride, (int Tap, int Offset)[] rowTaps, (int Tap, int Offset)[] columnTaps)
    {
        (Height, Width, Rows, Columns, RowStride, ColumnStride) = (height, width, rows, columns, rowStride, columnStride);
        // Taps whose rows are a whole stride apart share rows of a copy.
        rowTaps = [.. rowTaps.OrderBy(tap => Residue(tap.Offset)).ThenBy(tap => tap.Offset)];
        RowTaps = Array.ConvertAll(rowTaps, tap => tap.Tap);
        ColumnTaps = Array.ConvertAll(columnTaps, tap => tap.Tap);
        ColumnOffsets = Array.ConvertAll(columnTaps, tap => tap.Offset);
        var source = new List<int>();
        Starts = new int[rowTaps.Length];
        for (var u = 0; u < rowTaps.Length;)
        {
            var first = u;
            var lowest = rowTaps[u].Offset;
            for (; u < rowTaps.Length && Residue(rowTaps[u].Offset) == Residue(lowest); u++)
                Starts[u] = source.Count + (rowTaps[u].Offset - lowest) / rowStride;
            for (var row = 0; row < rows + (rowTaps[u - 1].Offset - lowest) / rowStride; row++)
                source.Add(lowest + row * rowStride);
        }
        SourceRows = [.. source];
    }

    /// <summary>Rows of the source image.</summary>
    public int Height { get; }

    /// <summary>Columns of the source image.</summary>
    public int Width { get; }

    /// <summary>Rows of results.</summary>
    public int Rows { get; }

    /// <summary>Columns of results.</summary>
    public int Columns { get; }

    /// <summary>Rows of the source from one result to the next.</summary>
    public int RowStride { get; }

    /// <summary>Columns of the source from one result to the next.</summary>
    public int ColumnStride { get; }

    /// <summary>The window's rows, in the order in which they are summed.</summary>
    public int[] RowTaps { get; }

    /// <summary>The window's columns.</summary>
    public int[] ColumnTaps { get; }

    /// <summary>The source column that each column tap of the first result meets.</summary>
    public int[] ColumnOffsets { get; }

    /// <summary>The source rows that all results and row taps meet; one that lies outside the image is a row of zeros.</summary>
    public int[] SourceRows { get; }

    /// <summary>Where in <see cref="SourceRows"/> the row of the first result lies, for each row tap; the next results follow.</summary>
    public int[] Starts { get; }

    /// <summary>Results of the grid.</summary>
    public int Pixels => Rows * Columns;

    /// <summary>Taps of a result.</summary>
    public int Taps => RowTaps.Length * ColumnTaps.Length;

    /// <summary>The output rows [first, last) of a convolution, over x.</summary>
    public static TapGrid Outputs(in WindowShape window, int first, int last)
    {
        var shape = window;
        return new(shape.Height, shape.Width, last - first, shape.OutWidth, shape.RowStride, shape.ColumnStride,
            [.. Enumerable.Range(0, shape.WindowHeight).Select(u => (u, first * shape.RowStride + u * shape.RowDilation - shape.Top))],
            [.. Enumerable.Range(0, shape.WindowWidth).Select(v => (v, v * shape.ColumnDilation - shape.Left))]);
    }

    /// <summary>
    /// The pixels (row + i row stride, column + j column stride) of x for i from 0 to <paramref name="rows"/> - 1, over dy: what a
    /// convolution's outputs send back to them.
    /// </summary>
    public static TapGrid Inputs(in WindowShape window, int row, int column, int rows, int columns)
    {
        var shape = window;
        return new(shape.OutHeight, shape.OutWidth, rows, columns, 1, 1,
            Hits(row + shape.Top, shape.WindowHeight, shape.RowDilation, shape.RowStride),
            Hits(column + shape.Left, shape.WindowWidth, shape.ColumnDilation, shape.ColumnStride));
    }

    private static (int, int)[] Hits(int place, int taps, int dilation, int stride) =>
        [.. Enumerable.Range(0, taps).Where(tap => (place - tap * dilation) % stride == 0).Select(tap => (tap, (place - tap * dilation) / stride))];

    private int Residue(int offset) => (offset % RowStride + RowStride) % RowStride;
}
