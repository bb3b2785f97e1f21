using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// The winners of a row of windows, as their places (row u, column v) in the window, found along a strip: first the greatest
/// of each column and its row, then the greatest of the columns, where the lower row wins between equals, then the lower column.
/// </summary>
internal unsafe ref struct HostWinners<T> where T : struct, IHostLane<T>
{
    /// <summary>The row of padding: behind every row, so that padding loses even against minus infinity.</summary>
    private const float Nowhere = 1e9f;

    private readonly WindowShape window;
    private readonly float* greatest;
    private readonly float* rows;
    private readonly int room;
    private PoolStrip block;

    /// <summary>Works in scratch memory of <see cref="Room"/> floats.</summary>
    public HostWinners(in WindowShape window, float* scratch)
    {
        this.window = window;
        var most = PoolStrip.Most(window);
        room = PoolStrip.Width(window, most) + 2 * T.Width;
        greatest = scratch;
        rows = greatest + room;
        U = rows + room;
        V = U + most + T.Width;
    }

    /// <summary>Row of each winner in its window; above all rows where there is none.</summary>
    public float* U { get; }

    /// <summary>Column of each winner in its window.</summary>
    public float* V { get; }

    /// <summary>Floats of scratch memory.</summary>
    public static int Room(in WindowShape window) => 2 * (PoolStrip.Width(window, PoolStrip.Most(window)) + PoolStrip.Most(window) + 3 * T.Width);

    /// <summary>Goes on to some columns of outputs.</summary>
    public void Enter(in PoolStrip strip)
    {
        block = strip;
        new Span<float>(greatest, room).Fill(float.NegativeInfinity);
        new Span<float>(rows, room).Fill(Nowhere);
    }

    /// <summary>Finds the winners of a row of windows of a plane.</summary>
    public readonly void Find(float* x, int top)
    {
        var first = PoolPlaces.First(top, window.RowDilation);
        var end = PoolPlaces.End(top, window.RowDilation, window.WindowHeight, window.Height);
        x += (long)top * window.Width + block.Start;
        for (var t = block.Low; t < block.High; t += T.Width)
            Down(x + t, t, Math.Min(T.Width, block.High - t), first, end);
        if (window.ColumnStride <= 2)
            Across<T>();
        else
            Across<ScalarLane>();
    }

    /// <summary>The pixel of the plane that won an output of the block; -1 if none did.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly long Pixel(int top, int j) => U[j] >= Nowhere ? -1
        : (long)(top + (int)U[j] * window.RowDilation) * window.Width + block.Start + j * window.ColumnStride + (int)V[j] * window.ColumnDilation;

    [MethodImpl(Hot.Loop)]
    private readonly void Down(float* x, int t, int count, int first, int end)
    {
        var step = (long)window.RowDilation * window.Width;
        var best = T.Constant(float.NegativeInfinity);
        var row = T.Constant(first < end ? first : Nowhere);
        for (var u = first; u < end; u++)
        {
            var value = count == T.Width ? T.Load(x + u * step) : T.LoadPart(x + u * step, count, 0);
            if (u == first)
            {
                best = value;
                continue;
            }
            row = Choice.Where(value, best, T.Constant(u), row);
            best = MaxReduction.Combine(value, best);
        }
        if (count == T.Width)
        {
            T.Store(greatest + t, best);
            T.Store(rows + t, row);
            return;
        }
        T.StorePart(greatest + t, best, count);
        T.StorePart(rows + t, row, count);
    }

    [MethodImpl(Hot.Loop)]
    private readonly void Across<L>() where L : struct, IHostLane<L>
    {
        for (var j = 0; j < block.Outputs; j += L.Width)
        {
            var at = j * window.ColumnStride;
            var best = Take<L>(greatest + at);
            var u = Take<L>(rows + at);
            var v = L.Zero;
            for (var column = 1; column < window.WindowWidth; column++)
            {
                var from = at + column * window.ColumnDilation;
                var value = Take<L>(greatest + from);
                var row = Take<L>(rows + from);
                var wins = Wins(value, row, best, u);
                v = L.WhereGreater(wins, L.Zero, L.Constant(column), v);
                u = L.WhereGreater(wins, L.Zero, row, u);
                best = L.WhereGreater(wins, L.Zero, value, best);
            }
            L.Store(U + j, u);
            L.Store(V + j, v);
        }
    }

    /// <summary>1 where a beats b: it is greater, or as great (NaN as NaN) and in a lower row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Wins<L>(L a, L row, L b, L other) where L : struct, IHostLane<L>
    {
        var lower = L.WhereGreater(other, row, L.One, L.Zero);
        var unordered = L.WhereEqual(a, a, L.Zero, L.WhereEqual(b, b, L.One, lower));
        return L.WhereGreater(a, b, L.One, L.WhereEqual(a, b, lower, unordered));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly L Take<L>(float* s) where L : struct, IHostLane<L> =>
        window.ColumnStride == 2 ? L.Even(L.Load(s), L.Load(s + L.Width)) : L.Load(s);
}

/// <summary>Choice by which of two numbers wins, for any lane.</summary>
internal static class Choice
{
    /// <summary>a beats b ? yes : no, where NaN counts as the greatest and b wins between equals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Where<L>(L a, L b, L yes, L no) where L : struct, ILane<L> =>
        L.WhereGreater(a, b, yes, L.WhereEqual(a, a, no, L.WhereEqual(b, b, yes, no)));
}
