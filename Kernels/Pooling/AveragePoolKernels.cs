using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Mean of a window that slides over planes: y[p, i, j] = sum over u, v of x[p, row(i, u), column(j, v)] / count. The count is
/// that of the window's places, or of those inside the image only. Padding adds 0; over nothing counted the mean is 0 / 0.
/// Shapes: x, dx (planes, height, width), y, dy (planes, out height, out width), all dense.
/// Source: LeCun et al. (1989), "Handwritten digit recognition with a back-propagation network".
/// </summary>
public static class AveragePoolKernels
{
    /// <summary>y from x. Per window: reads its pixels, 1 write.</summary>
    public static void Run(Route route, View x, View y, int planes, in WindowShape window, bool countPadding)
    {
        if (route is HostRoute host && PoolStrip.Fits(window))
            LaneChoice.Run(host, new HostPool<SumReduction>(host, x, y, planes, window, mean: true, countPadding));
        else
            route.Each(checked(planes * window.OutPixels),
                new AveragePoolBody { X = x.Floats, Y = y.Floats, Window = window, CountPadding = countPadding ? 1 : 0 }, 5 + window.Places);
    }

    /// <summary>dx from dy: each pixel gets dy / count of every window that sees it. Every element of dx is written.</summary>
    public static void Gradient(Route route, View dy, View dx, int planes, in WindowShape window, bool countPadding)
    {
        if (route is HostRoute host && PoolStrip.Fits(window))
            LaneChoice.Run(host, new HostAveragePoolGradient(host, dy, dx, planes, window, countPadding));
        else
            route.Each(checked(planes * window.Pixels),
                new AveragePoolGradientBody { Dy = dy.Floats, Dx = dx.Floats, Window = window, CountPadding = countPadding ? 1 : 0 }, 5 + window.Places);
    }
}

/// <summary>Device form: one index an output.</summary>
public struct AveragePoolBody : IBody
{
    /// <summary>Planes of pixels.</summary>
    public ArrayView<float> X;

    /// <summary>Planes of means.</summary>
    public ArrayView<float> Y;

    /// <summary>How the window slides.</summary>
    public WindowShape Window;

    /// <summary>1 to count places outside the image as well.</summary>
    public int CountPadding;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var plane = index / Window.OutPixels;
        var at = index - plane * Window.OutPixels;
        var i = at / Window.OutWidth;
        var top = i * Window.RowStride - Window.Top;
        var left = (at - i * Window.OutWidth) * Window.ColumnStride - Window.Left;
        var firstRow = PoolPlaces.First(top, Window.RowDilation);
        var lastRow = PoolPlaces.End(top, Window.RowDilation, Window.WindowHeight, Window.Height);
        var firstColumn = PoolPlaces.First(left, Window.ColumnDilation);
        var lastColumn = PoolPlaces.End(left, Window.ColumnDilation, Window.WindowWidth, Window.Width);
        var sum = 0f;
        for (var u = firstRow; u < lastRow; u++)
        {
            var from = (long)plane * Window.Pixels + (top + u * Window.RowDilation) * Window.Width + left;
            for (var v = firstColumn; v < lastColumn; v++)
                sum += X[from + v * Window.ColumnDilation];
        }
        var rows = lastRow > firstRow ? lastRow - firstRow : 0;
        var columns = lastColumn > firstColumn ? lastColumn - firstColumn : 0;
        Y[index] = sum / (CountPadding != 0 ? Window.Places : rows * columns);
    }
}

/// <summary>Device form of the gradient: one index a pixel, which adds up over the windows that see it, in their order.</summary>
public struct AveragePoolGradientBody : IBody
{
    /// <summary>Gradient of the means.</summary>
    public ArrayView<float> Dy;

    /// <summary>Gradient of the pixels.</summary>
    public ArrayView<float> Dx;

    /// <summary>How the window slides.</summary>
    public WindowShape Window;

    /// <summary>1 to count places outside the image as well.</summary>
    public int CountPadding;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var plane = index / Window.Pixels;
        var pixel = index - plane * Window.Pixels;
        var row = pixel / Window.Width;
        var column = pixel - row * Window.Width;
        var sum = 0f;
        for (var u = Window.WindowHeight - 1; u >= 0; u--)
        {
            var i = PoolPlaces.Output(row, u, Window.RowDilation, Window.Top, Window.RowStride, Window.OutHeight);
            if (i < 0)
                continue;
            var rows = PoolPlaces.Inside(i * Window.RowStride - Window.Top, Window.RowDilation, Window.WindowHeight, Window.Height);
            for (var v = Window.WindowWidth - 1; v >= 0; v--)
            {
                var j = PoolPlaces.Output(column, v, Window.ColumnDilation, Window.Left, Window.ColumnStride, Window.OutWidth);
                if (j < 0)
                    continue;
                var columns = PoolPlaces.Inside(j * Window.ColumnStride - Window.Left, Window.ColumnDilation, Window.WindowWidth, Window.Width);
                sum += Dy[(long)plane * Window.OutPixels + i * Window.OutWidth + j] / (CountPadding != 0 ? Window.Places : rows * columns);
            }
        }
        Dx[index] = sum;
    }
}
