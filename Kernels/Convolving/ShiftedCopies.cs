using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuNN.Kernels;

/// <summary>
/// Copies of a source image's channels, one for each column of the window: copy (c, v) holds, row by row, the pixels that column
/// tap v of the results meets, with zeros for padding. So for any tap the numbers that a row of results meets lie side by
/// side, whole grids of results too, and a convolution is a matrix product whose right operand is these copies. They take
/// as much room as the image times the columns of the window, not times all its places, and exist for one image a thread.
/// </summary>
internal sealed unsafe class ShiftedCopies
{
    private const int FloatsOfAllSets = 1024;
    private const int Line = 16;

    private readonly TapGrid grid;
    private readonly int channels;

    // Columns of a row that come from the image, for each column tap.
    private readonly (int Begin, int End)[] edges;

    // Rows of a copy outside which all is padding, and whether they are neighbours in the image and as long as its own.
    private readonly (int First, int Last, bool IsOneRun) inside;

    /// <summary>The copies for a grid.</summary>
    /// <param name="grid">What the results meet.</param>
    /// <param name="channels">Channels of the source.</param>
    public ShiftedCopies(TapGrid grid, int channels)
    {
        this.grid = grid;
        this.channels = channels;
        var plane = grid.SourceRows.Length * grid.Columns;
        // Copies whose lines fall into one set of the first cache push each other out.
        Plane = plane % FloatsOfAllSets < Line && plane >= FloatsOfAllSets ? plane + Line : plane;
        edges = Array.ConvertAll(grid.ColumnOffsets, EdgeOf);
        inside = InsideOf(grid.SourceRows);
    }

    /// <summary>Floats from one copy to the next.</summary>
    public int Plane { get; }

    /// <summary>Copies: channels times columns of the window.</summary>
    public int Copies => channels * grid.ColumnTaps.Length;

    /// <summary>Floats of all copies; stores run a vector past a row's end.</summary>
    public long Room => (long)Copies * Plane + 2 * Line;

    /// <summary>Makes the copies of channels [first, last) of one image.</summary>
    /// <param name="image">The image's first channel.</param>
    /// <param name="begin">First float that may be read.</param>
    /// <param name="end">Behind the last float that may be read.</param>
    /// <param name="copies">Where the copies of the first of these channels go.</param>
    /// <param name="first">First channel.</param>
    /// <param name="last">Behind the last channel.</param>
    [MethodImpl(Hot.Loop)]
    public void Make(float* image, float* begin, float* end, float* copies, int first, int last)
    {
        var taps = grid.ColumnTaps.Length;
        for (var channel = first; channel < last; channel++)
        {
            var source = image + (long)channel * grid.Height * grid.Width;
            for (var v = 0; v < taps; v++, copies += Plane)
            {
                if (grid.ColumnStride == 1)
                    Shift(source, begin, end, copies, v);
                else
                    Pick(source, copies, grid.ColumnOffsets[v]);
            }
        }
    }

    private void Shift(float* source, float* begin, float* end, float* target, int v)
    {
        var (columns, rows) = (grid.Columns, grid.SourceRows.Length);
        new Span<float>(target, inside.First * columns).Clear();
        if (inside.IsOneRun)
            ShiftRun(source + (long)grid.SourceRows[inside.First] * columns + grid.ColumnOffsets[v], begin, end, target + inside.First * columns);
        else
            ShiftRows(source + grid.ColumnOffsets[v], begin, end, target);
        new Span<float>(target + inside.Last * columns, (rows - inside.Last) * columns).Clear();
        Clear(target, 0, edges[v].Begin);
        Clear(target, edges[v].End, columns);
    }

    // Rows as long as the image's: the copy is the image itself some columns further on, with false numbers at the edges.
    private void ShiftRun(float* from, float* begin, float* end, float* to)
    {
        var count = (long)(inside.Last - inside.First) * grid.Columns;
        var skipped = Math.Clamp(begin - from, 0, count);
        var read = Math.Clamp(end - from, skipped, count);
        Buffer.MemoryCopy(from + skipped, to + skipped, (read - skipped) * sizeof(float), (read - skipped) * sizeof(float));
    }

    [MethodImpl(Hot.Loop)]
    private void ShiftRows(float* source, float* begin, float* end, float* target)
    {
        const int step = 8;
        var columns = grid.Columns;
        var whole = (columns + step - 1) / step * step;
        for (var index = inside.First; index < inside.Last; index++)
        {
            var row = grid.SourceRows[index];
            var from = source + (long)row * grid.Width;
            var to = target + index * columns;
            if ((uint)row >= (uint)grid.Height)
            {
                new Span<float>(to, columns).Clear();
            }
            else if (from < begin || from + whole > end)
            {
                for (var c = 0; c < columns; c++)
                    to[c] = from + c >= begin && from + c < end ? from[c] : 0;
            }
            else
            {
                // The last vector runs into the next row, which is written later.
                for (var c = 0; c < whole; c += step)
                    Vector256.Load(from + c).Store(to + c);
            }
        }
    }

    [MethodImpl(Hot.Loop)]
    private void Clear(float* target, int first, int last)
    {
        var columns = grid.Columns;
        for (var c = first; c < last; c++)
        {
            var to = target + inside.First * columns + c;
            for (var row = inside.First; row < inside.Last; row++, to += columns)
                *to = 0;
        }
    }

    [MethodImpl(Hot.Loop)]
    private void Pick(float* source, float* target, int offset)
    {
        var (columns, stride) = (grid.Columns, grid.ColumnStride);
        var begin = Math.Clamp((-offset + stride - 1) / stride, 0, columns);
        var end = Math.Clamp((grid.Width - offset + stride - 1) / stride, begin, columns);
        foreach (var row in grid.SourceRows)
        {
            if ((uint)row >= (uint)grid.Height)
            {
                new Span<float>(target, columns).Clear();
            }
            else
            {
                var from = source + (long)row * grid.Width + offset;
                new Span<float>(target, begin).Clear();
                for (var c = begin; c < end; c++)
                    target[c] = from[(nint)c * stride];
                new Span<float>(target + end, columns - end).Clear();
            }
            target += columns;
        }
    }

    private (int Begin, int End) EdgeOf(int offset)
    {
        var begin = Math.Clamp(-offset, 0, grid.Columns);
        return (begin, Math.Clamp(grid.Width - offset, begin, grid.Columns));
    }

    private (int First, int Last, bool IsOneRun) InsideOf(int[] rows)
    {
        var first = Array.FindIndex(rows, row => (uint)row < (uint)grid.Height);
        if (first < 0)
            return (0, 0, false);
        var last = Array.FindLastIndex(rows, row => (uint)row < (uint)grid.Height) + 1;
        return (first, last, grid.Columns == grid.Width && Enumerable.Range(first, last - first).All(index => rows[index] == rows[first] + index - first));
    }
}
