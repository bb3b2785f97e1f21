using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Planes turned by quarter turns, counter-clockwise. One body serves both routes: it is for filters, which are small.</summary>
public static class TurnKernels
{
    /// <summary>
    /// y = x, turned. After one quarter turn y[i, j] = x[j, width - 1 - i].
    /// Shapes: x (planes, height, width), y the same, or (planes, width, height) after an odd number of quarters.
    /// </summary>
    /// <param name="route">Where.</param>
    /// <param name="x">Planes.</param>
    /// <param name="y">Turned planes, overwritten; not x.</param>
    /// <param name="planes">Number of planes.</param>
    /// <param name="height">Rows of x.</param>
    /// <param name="width">Columns of x.</param>
    /// <param name="quarters">Quarter turns, 0 to 3.</param>
    public static void Run(Route route, View x, View y, int planes, int height, int width, int quarters)
    {
        var body = new TurnBody { X = x.Floats, Y = y.Floats, Pixels = height * width, Columns = quarters % 2 == 0 ? width : height };
        (body.First, body.AlongRows, body.AlongColumns) = quarters switch
        {
            1 => (width - 1, -1, width),
            2 => (height * width - 1, -width, -1),
            3 => ((height - 1) * width, 1, -width),
            _ => (0, width, 1),
        };
        route.Each(checked(planes * height * width), body);
    }
}

/// <summary>One index an element of y.</summary>
public struct TurnBody : IBody
{
    /// <summary>Planes.</summary>
    public ArrayView<float> X;

    /// <summary>Turned planes.</summary>
    public ArrayView<float> Y;

    /// <summary>Elements of a plane.</summary>
    public int Pixels;

    /// <summary>Columns of y.</summary>
    public int Columns;

    /// <summary>Where in a plane of x its first element is.</summary>
    public int First;

    /// <summary>Elements of x from one row of y to the next.</summary>
    public int AlongRows;

    /// <summary>Elements of x from one column of y to the next.</summary>
    public int AlongColumns;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var plane = index / Pixels;
        var pixel = index - plane * Pixels;
        var i = pixel / Columns;
        Y[index] = X[plane * Pixels + First + i * AlongRows + (pixel - i * Columns) * AlongColumns];
    }
}
