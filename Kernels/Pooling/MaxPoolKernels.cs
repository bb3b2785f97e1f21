using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Maximum of a window that slides over planes: y[p, i, j] = max over u, v of x[p, row(i, u), column(j, v)]. The first of equals
/// wins, in the order of rows, then columns; NaN counts as the greatest; padding never wins. Over padding alone the maximum is
/// minus infinity and no pixel wins.
/// Shapes: x, dx (planes, height, width), y, dy (planes, out height, out width), all dense. The winners are found again from x
/// rather than kept: x is often alive in the backward pass anyway, as what an activation made, and finding them costs hardly more
/// than reading kept ones (2 x 2 on one thread: 0.93 ms against 0.81 ms), which the forward pass would have to write.
/// Source: Riesenhuber and Poggio (1999), "Hierarchical models of object recognition in cortex".
/// </summary>
public static class MaxPoolKernels
{
    /// <summary>y from x. Per window: reads its pixels, 1 write.</summary>
    public static void Run(Route route, View x, View y, int planes, in WindowShape window)
    {
        if (route is HostRoute host && PoolStrip.Fits(window))
            LaneChoice.Run(host, new HostPool<MaxReduction>(host, x, y, planes, window, mean: false, countPadding: false));
        else
            route.Each(checked(planes * window.OutPixels), new MaxPoolBody { X = x.Floats, Y = y.Floats, Window = window }, Cost(window));
    }

    /// <summary>dx from x and dy: each dy goes to the pixel that won its window. Every element of dx is written.</summary>
    public static void Gradient(Route route, View x, View dy, View dx, int planes, in WindowShape window)
    {
        if (route is HostRoute host && PoolStrip.Fits(window))
            LaneChoice.Run(host, new HostMaxPoolGradient(host, x, dy, dx, planes, window));
        else
            route.Each(checked(planes * window.Pixels), new MaxPoolGradientBody { X = x.Floats, Dy = dy.Floats, Dx = dx.Floats, Window = window }, Cost(window));
    }

    /// <summary>y[p, i, j] = g at the pixel of x that wins the window, 0 if none does: the adjoint of the gradient by dy.</summary>
    public static void Gather(Route route, View x, View g, View y, int planes, in WindowShape window)
    {
        if (route is HostRoute host && PoolStrip.Fits(window))
            LaneChoice.Run(host, new HostMaxPoolGather(host, x, g, y, planes, window));
        else
            route.Each(checked(planes * window.OutPixels), new MaxPoolGatherBody { X = x.Floats, G = g.Floats, Y = y.Floats, Window = window }, Cost(window));
    }

    private static float Cost(in WindowShape window) => 5 + window.Places;
}

/// <summary>Device form: one index an output.</summary>
public struct MaxPoolBody : IBody
{
    /// <summary>Planes of pixels.</summary>
    public ArrayView<float> X;

    /// <summary>Planes of maxima.</summary>
    public ArrayView<float> Y;

    /// <summary>How the window slides.</summary>
    public WindowShape Window;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var plane = index / Window.OutPixels;
        var at = index - plane * Window.OutPixels;
        var i = at / Window.OutWidth;
        var from = (long)plane * Window.Pixels;
        var winner = PoolPlaces.Winner(X, from, Window, i, at - i * Window.OutWidth);
        var value = float.NegativeInfinity;
        if (winner >= 0)
            value = X[from + winner];
        Y[index] = value;
    }
}

/// <summary>Device form of the gradient: one index a pixel, which asks the windows that see it, in their order, whether it won.</summary>
public struct MaxPoolGradientBody : IBody
{
    /// <summary>Planes of pixels.</summary>
    public ArrayView<float> X;

    /// <summary>Gradient of the maxima.</summary>
    public ArrayView<float> Dy;

    /// <summary>Gradient of the pixels.</summary>
    public ArrayView<float> Dx;

    /// <summary>How the window slides.</summary>
    public WindowShape Window;

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
            for (var v = Window.WindowWidth - 1; v >= 0; v--)
            {
                var j = PoolPlaces.Output(column, v, Window.ColumnDilation, Window.Left, Window.ColumnStride, Window.OutWidth);
                if (j >= 0 && PoolPlaces.Winner(X, (long)plane * Window.Pixels, Window, i, j) == pixel)
                    sum += Dy[(long)plane * Window.OutPixels + i * Window.OutWidth + j];
            }
        }
        Dx[index] = sum;
    }
}

/// <summary>Device form of the gather: one index an output.</summary>
public struct MaxPoolGatherBody : IBody
{
    /// <summary>Planes of pixels.</summary>
    public ArrayView<float> X;

    /// <summary>Planes that are read where a pixel won.</summary>
    public ArrayView<float> G;

    /// <summary>What was read, a number a window.</summary>
    public ArrayView<float> Y;

    /// <summary>How the window slides.</summary>
    public WindowShape Window;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var plane = index / Window.OutPixels;
        var at = index - plane * Window.OutPixels;
        var i = at / Window.OutWidth;
        var from = (long)plane * Window.Pixels;
        var winner = PoolPlaces.Winner(X, from, Window, i, at - i * Window.OutWidth);
        var value = 0f;
        if (winner >= 0)
            value = G[from + winner];
        Y[index] = value;
    }
}
