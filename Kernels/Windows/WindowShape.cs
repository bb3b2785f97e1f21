namespace GpuNN.Kernels;

/// <summary>
/// A window that slides over an image: output (i, j) sees the image's (i RowStride + u RowDilation - Top, j ColumnStride +
/// v ColumnDilation - Left) for u and v over the window. What lies outside the image is padding.
/// </summary>
/// <param name="Height">Rows of the image.</param>
/// <param name="Width">Columns of the image.</param>
/// <param name="WindowHeight">Rows of the window.</param>
/// <param name="WindowWidth">Columns of the window.</param>
/// <param name="RowStride">Rows from one output to the next.</param>
/// <param name="ColumnStride">Columns from one output to the next.</param>
/// <param name="RowDilation">Rows from one row of the window to the next.</param>
/// <param name="ColumnDilation">Columns from one column of the window to the next.</param>
/// <param name="Top">Rows of padding above the image.</param>
/// <param name="Left">Columns of padding before the image.</param>
/// <param name="OutHeight">Rows of outputs; what they see below the image is padding.</param>
/// <param name="OutWidth">Columns of outputs; what they see behind the image is padding.</param>
public readonly record struct WindowShape(
    int Height, int Width, int WindowHeight, int WindowWidth, int RowStride, int ColumnStride,
    int RowDilation, int ColumnDilation, int Top, int Left, int OutHeight, int OutWidth)
{
    /// <summary>Pixels of an image.</summary>
    public int Pixels => Height * Width;

    /// <summary>Places of a window.</summary>
    public int Places => WindowHeight * WindowWidth;

    /// <summary>Outputs of an image.</summary>
    public int OutPixels => OutHeight * OutWidth;

    /// <summary>Whether each output sees the one pixel at its own place: a window of one place without padding or stride.</summary>
    public bool IsPointwise => Places == 1 && RowStride == 1 && ColumnStride == 1 && Top == 0 && Left == 0 && OutHeight == Height && OutWidth == Width;
}
