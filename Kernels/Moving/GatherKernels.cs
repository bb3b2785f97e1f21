using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Rows of a table by index: y[p, c] = table[indices[p], c], and its adjoint, which adds the rows of dy up in the order of
/// their positions: dTable[r, c] = sum over p with indices[p] = r of dy[p, c].
/// Shapes: table, dTable (rows, width), indices (positions) of integers, y, dy (positions, width).
/// An index outside the table reads nothing: its row of y is NaN, and the adjoint leaves it out.
/// </summary>
public static class GatherKernels
{
    /// <summary>Collects rows. Per element: 1 read, 1 write.</summary>
    public static void Run(Route route, View table, View indices, View y, int rows, int width, int positions)
    {
        if (width == 0)
            return;
        if (route is HostRoute host)
        {
            var job = new HostGather { Table = table, Indices = indices, Y = y, Rows = rows, Width = width };
            host.Split(positions, grain: 1, job, cost: 5 + 0.2f * width);
            return;
        }
        route.Each(checked(positions * width), new GatherBody
        {
            Table = table.Floats,
            Indices = indices.Ints,
            Y = y.Floats,
            Rows = rows,
            Width = width,
        });
    }

    /// <summary>The adjoint. Per element of dTable on a device: one walk over the indices.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="dy">Gradients of the collected rows.</param>
    /// <param name="indices">Where each came from.</param>
    /// <param name="dTable">Gradient of the table.</param>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="width">Width of a row.</param>
    /// <param name="positions">Number of indices.</param>
    /// <param name="accumulate">Whether to add to what dTable holds; else rows without an index become 0.</param>
    public static void ScatterAdd(
        Route route, View dy, View indices, View dTable, int rows, int width, int positions, bool accumulate = false)
    {
        if (width == 0 || rows == 0)
            return;
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new HostScatter(host, dy, indices, dTable, rows, width, positions, accumulate));
            return;
        }
        route.Each(checked(rows * width), new ScatterBody
        {
            Dy = dy.Floats,
            Indices = indices.Ints,
            DTable = dTable.Floats,
            Width = width,
            Positions = positions,
            Accumulate = accumulate ? 1 : 0,
        });
    }
}

/// <summary>Device form: one index an element.</summary>
public struct GatherBody : IBody
{
    /// <summary>Table (rows, width).</summary>
    public ArrayView<float> Table;

    /// <summary>Indices (positions).</summary>
    public ArrayView<int> Indices;

    /// <summary>Collected rows (positions, width).</summary>
    public ArrayView<float> Y;

    /// <summary>Rows of the table.</summary>
    public int Rows;

    /// <summary>Width of a row.</summary>
    public int Width;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var position = index / Width;
        var row = Indices[position];
        var value = float.NaN;
        if (row >= 0 && row < Rows)
            value = Table[(long)row * Width + (index - position * Width)];
        Y[index] = value;
    }
}

/// <summary>Device form of the adjoint: one index an element of the table, which walks over the positions in order.</summary>
public struct ScatterBody : IBody
{
    /// <summary>Gradients (positions, width).</summary>
    public ArrayView<float> Dy;

    /// <summary>Indices (positions).</summary>
    public ArrayView<int> Indices;

    /// <summary>Gradient of the table (rows, width).</summary>
    public ArrayView<float> DTable;

    /// <summary>Width of a row.</summary>
    public int Width;

    /// <summary>Number of indices.</summary>
    public int Positions;

    /// <summary>1 to add to what is there, 0 to begin with 0.</summary>
    public int Accumulate;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var row = index / Width;
        var column = index - row * Width;
        var sum = Accumulate != 0 ? DTable[index] : 0f;
        for (var position = 0; position < Positions; position++)
        {
            if (Indices[position] == row)
                sum += Dy[(long)position * Width + column];
        }
        DTable[index] = sum;
    }
}
