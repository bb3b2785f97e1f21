namespace GpuNN.Kernels;

/// <summary>
/// Where the heads of a sequence (items, steps, ...) lie: a step's numbers begin with those of other tensors or none, then come the
/// heads one behind the other. So the heads of a projection are read and written in its place.
/// </summary>
/// <param name="start">Floats before the first head of a step.</param>
/// <param name="row">Floats from one step to the next.</param>
/// <param name="steps">Steps of an item.</param>
/// <param name="width">Floats of a head.</param>
public readonly struct HeadLayout(int start, int row, int steps, int width)
{
    /// <summary>Floats from one step to the next.</summary>
    public readonly int Row = row;

    /// <summary>Steps of an item.</summary>
    public readonly int Steps = steps;

    /// <summary>Floats of a head.</summary>
    public readonly int Width = width;

    private readonly int start = start;

    /// <summary>Place of a head's first number at a step.</summary>
    public long At(int item, int head, int step) => ((long)item * Steps + step) * Row + start + head * Width;

    /// <summary>Floats of so many items.</summary>
    public long Floats(int items) => (long)items * Steps * Row;
}
