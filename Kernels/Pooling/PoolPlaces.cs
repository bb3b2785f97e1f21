using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Which places of a window lie in its image, along one axis or both, and which of them holds the greatest number.</summary>
public static class PoolPlaces
{
    /// <summary>The first place inside: the least u of 0 or more with start + u dilation at least 0.</summary>
    public static int First(int start, int dilation) => start >= 0 ? 0 : (dilation - 1 - start) / dilation;

    /// <summary>The place behind the last one inside: the least u, at most places, with start + u dilation at least size.</summary>
    public static int End(int start, int dilation, int places, int size)
    {
        var end = start >= size ? 0 : (size - 1 - start) / dilation + 1;
        return end < places ? end : places;
    }

    /// <summary>How many places lie inside.</summary>
    public static int Inside(int start, int dilation, int places, int size)
    {
        var inside = End(start, dilation, places, size) - First(start, dilation);
        return inside > 0 ? inside : 0;
    }

    /// <summary>The pixel of a plane that wins window (i, j): the first of the greatest, where NaN counts as the greatest; -1 if all is padding.</summary>
    /// <param name="x">Planes.</param>
    /// <param name="plane">Where the plane begins.</param>
    /// <param name="window">How the window slides.</param>
    /// <param name="i">Row of the output.</param>
    /// <param name="j">Column of the output.</param>
    public static int Winner(ArrayView<float> x, long plane, WindowShape window, int i, int j)
    {
        var top = i * window.RowStride - window.Top;
        var left = j * window.ColumnStride - window.Left;
        var lastRow = End(top, window.RowDilation, window.WindowHeight, window.Height);
        var firstColumn = First(left, window.ColumnDilation);
        var lastColumn = End(left, window.ColumnDilation, window.WindowWidth, window.Width);
        var winner = -1;
        var best = float.NegativeInfinity;
        for (var u = First(top, window.RowDilation); u < lastRow; u++)
        {
            var row = (top + u * window.RowDilation) * window.Width + left;
            for (var v = firstColumn; v < lastColumn; v++)
            {
                var pixel = row + v * window.ColumnDilation;
                var value = x[plane + pixel];
                if (winner < 0 || Greatest.Better(value, best))
                {
                    best = value;
                    winner = pixel;
                }
            }
        }
        return winner;
    }

    /// <summary>The output whose place u looks at a pixel, along one axis; -1 if there is none.</summary>
    public static int Output(int pixel, int u, int dilation, int before, int stride, int outputs)
    {
        var at = pixel + before - u * dilation;
        if (at < 0)
            return -1;
        var output = at / stride;
        return output * stride == at && output < outputs ? output : -1;
    }
}
