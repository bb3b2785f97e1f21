namespace GpuNN.Kernels;

/// <summary>
/// Where an index of an operand leads. An element has an outer index (a row of A, a column of B) and an inner one; its
/// places add up, and it is 0 where the pixel that they name lies outside the operand's image.
/// </summary>
/// <param name="offset">Floats from the item's first, the pixel included.</param>
/// <param name="row">Row of the pixel.</param>
/// <param name="column">Column of the pixel.</param>
public readonly struct Place(int offset, int row, int column)
{
    /// <summary>Floats from the item's first, the pixel included.</summary>
    public readonly int Offset = offset;

    /// <summary>Row of the pixel.</summary>
    public readonly int Row = row;

    /// <summary>Column of the pixel.</summary>
    public readonly int Column = column;

    /// <summary>A place of which no sum with another lies inside an image.</summary>
    public static Place Outside => new(0, int.MinValue / 2, 0);

    /// <summary>The place of an operand that is no image.</summary>
    public static Place At(int offset) => new(offset, 0, 0);
}
