using GpuNN.Kernels;

namespace GpuNN.Tests;

internal static partial class Reference
{
    /// <summary>Pixels of a plane that a window sees, row by row.</summary>
    public static IEnumerable<int> Seen(WindowShape w, int i, int j)
    {
        for (var u = 0; u < w.WindowHeight; u++)
        {
            for (var v = 0; v < w.WindowWidth; v++)
            {
                var (row, column) = (i * w.RowStride + u * w.RowDilation - w.Top, j * w.ColumnStride + v * w.ColumnDilation - w.Left);
                if (row >= 0 && row < w.Height && column >= 0 && column < w.Width)
                    yield return row * w.Width + column;
            }
        }
    }

    /// <summary>Index into x of each window's winner: the first NaN, else the first of the greatest; -1 over padding alone.</summary>
    public static int[] PoolWinners(double[] x, int planes, WindowShape w) => Windows(planes, w, (plane, i, j) =>
    {
        var winner = -1;
        foreach (var at in Seen(w, i, j).Select(pixel => plane * w.Pixels + pixel))
            if (winner < 0 || !double.IsNaN(x[winner]) && (double.IsNaN(x[at]) || x[at] > x[winner]))
                winner = at;
        return winner;
    });

    /// <summary>The greatest number of each window.</summary>
    public static double[] MaxPool(double[] x, int planes, WindowShape w) => [.. PoolWinners(x, planes, w).Select(at => at < 0 ? double.NegativeInfinity : x[at])];

    /// <summary>Each dy at the winner of its window.</summary>
    public static double[] MaxPoolGradient(double[] x, double[] dy, int planes, WindowShape w)
    {
        var dx = new double[x.Length];
        foreach (var (at, gradient) in PoolWinners(x, planes, w).Zip(dy))
            if (at >= 0)
                dx[at] += gradient;
        return dx;
    }

    /// <summary>The mean of each window.</summary>
    public static double[] AveragePool(double[] x, int planes, WindowShape w, bool countPadding) => Windows(planes, w, (plane, i, j) =>
        Seen(w, i, j).Sum(pixel => x[plane * w.Pixels + pixel]) / (countPadding ? w.WindowHeight * w.WindowWidth : Seen(w, i, j).Count()));

    /// <summary>Each dy, divided by its window's count, at every pixel of the window.</summary>
    public static double[] AveragePoolGradient(double[] dy, int planes, WindowShape w, bool countPadding)
    {
        var dx = new double[planes * w.Pixels];
        var window = 0;
        Windows(planes, w, (plane, i, j) =>
        {
            foreach (var pixel in Seen(w, i, j))
                dx[plane * w.Pixels + pixel] += dy[window] / (countPadding ? w.WindowHeight * w.WindowWidth : Seen(w, i, j).Count());
            return window++;
        });
        return dx;
    }

    private static T[] Windows<T>(int planes, WindowShape w, Func<int, int, int, T> value)
    {
        var y = new T[planes * w.OutHeight * w.OutWidth];
        for (var k = 0; k < y.Length; k++)
            y[k] = value(k / w.OutWidth / w.OutHeight, k / w.OutWidth % w.OutHeight, k % w.OutWidth);
        return y;
    }
}
