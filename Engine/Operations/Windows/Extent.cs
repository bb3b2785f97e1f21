namespace GpuNN;

/// <summary>Rows and columns, of a window, a stride or a dilation. One number stands for both; a pair is (height, width).</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct Extent(int Height, int Width)
{
    /// <summary>As many rows as columns.</summary>
    public static implicit operator Extent(int both) => new(both, both);

    /// <summary>Rows, then columns.</summary>
    public static implicit operator Extent((int Height, int Width) pair) => new(pair.Height, pair.Width);

    /// <summary>The one number where both are equal, else height x width.</summary>
    public override string ToString() => Height == Width ? $"{Height}" : $"{Height}x{Width}";
}
