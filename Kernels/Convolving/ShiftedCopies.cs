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
    private readonly long edge;

    // For each column tap: what is kept of the first and of the last vectors of a row, by masks of all bits or none.
    private readonly Edge[] edges;

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
        edge = grid.Columns + 2 * Vector256<float>.Count;
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Shift(float* source, float* begin, float* end, float* target, int v)
    {
        const int step = 8;
        var columns = grid.Columns;
        var offset = grid.ColumnOffsets[v];
        ref readonly var cut = ref edges[v];
        foreach (var row in grid.SourceRows)
        {
            var from = source + (long)row * grid.Width + offset;
            if ((uint)row >= (uint)grid.Height)
            {
                new Span<float>(target, columns).Clear();
            }
            else if (from < begin || from + edge > end || cut.IsNarrow)
            {
                ShiftSingly(source + (long)row * grid.Width, target, offset);
            }
            else
            {
                var c = 0;
                for (; c < cut.First; c += step)
                    (Vector256.Load(from + c) & Mask(c, cut)).Store(target + c);
                for (; c < cut.Last; c += step)
                    Vector256.Load(from + c).Store(target + c);
                for (; c < columns; c += step)
                    (Vector256.Load(from + c) & Mask(c, cut)).Store(target + c);
            }
            target += columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Mask(int c, in Edge cut)
    {
        var place = Vector256<int>.Indices + Vector256.Create(c);
        return (Vector256.GreaterThanOrEqual(place, Vector256.Create(cut.Begin)) & Vector256.LessThan(place, Vector256.Create(cut.End))).AsSingle();
    }

    private void ShiftSingly(float* source, float* target, int offset)
    {
        var begin = Math.Clamp(-offset, 0, grid.Columns);
        var end = Math.Clamp(grid.Width - offset, begin, grid.Columns);
        new Span<float>(target, begin).Clear();
        new ReadOnlySpan<float>(source + offset + begin, end - begin).CopyTo(new Span<float>(target + begin, end - begin));
        new Span<float>(target + end, grid.Columns - end).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    private Edge EdgeOf(int offset)
    {
        const int step = 8;
        var begin = Math.Clamp(-offset, 0, grid.Columns);
        var end = Math.Clamp(grid.Width - offset, begin, grid.Columns);
        var first = (begin + step - 1) / step * step;
        return new Edge(begin, end, first, Math.Max(first, end / step * step), begin == end);
    }

    /// <summary>Columns [Begin, End) of a row come from the image; whole vectors of them lie in [First, Last).</summary>
    private readonly record struct Edge(int Begin, int End, int First, int Last, bool IsNarrow);
}
