namespace GpuNN;

/// <summary>
/// What augmentations do to an image, with everything chosen: for <see cref="DataSet.Map"/> and augmentations of one's own.
/// Shapes: item, result (..., height, width), all planes alike; they must not overlap.
/// </summary>
public static class Augment
{
    /// <summary>Moves an image: result[i, j] = item[i - rows, j - columns].</summary>
    /// <param name="item">The image.</param>
    /// <param name="result">The moved one.</param>
    /// <param name="shape">Shape of both.</param>
    /// <param name="rows">How far down; negative for up.</param>
    /// <param name="columns">How far to the right; negative for left.</param>
    /// <param name="wrap">Whether what leaves on one side comes in on the other; else zeros come in.</param>
    public static void Shift(ReadOnlySpan<float> item, Span<float> result, Shape shape, int rows, int columns, bool wrap = false)
    {
        int height = shape[^2], width = shape[^1];
        if (item.IsEmpty)
            return;
        rows = Within(rows, height, wrap);
        columns = Within(columns, width, wrap);
        for (var at = 0; at < item.Length / width; at++)
        {
            var row = at % height - rows;
            var to = result.Slice(at * width, width);
            if (row < 0 || row >= height)
            {
                if (!wrap)
                {
                    to.Clear();
                    continue;
                }
                row += row < 0 ? height : -height;
            }
            var from = item.Slice((at / height * height + row) * width, width);
            if (columns >= 0)
            {
                from[..(width - columns)].CopyTo(to[columns..]);
                Enter(from[(width - columns)..], to[..columns], wrap);
            }
            else
            {
                from[-columns..].CopyTo(to);
                Enter(from[..-columns], to[(width + columns)..], wrap);
            }
        }
    }

    /// <summary>Mirrors an image: left and right change sides, or top and bottom.</summary>
    /// <param name="item">The image.</param>
    /// <param name="result">The mirrored one.</param>
    /// <param name="shape">Shape of both.</param>
    /// <param name="upDown">Whether top and bottom change sides instead.</param>
    public static void Flip(ReadOnlySpan<float> item, Span<float> result, Shape shape, bool upDown = false)
    {
        int height = shape[^2], width = shape[^1];
        item.CopyTo(result);
        for (var at = 0; width > 0 && at < item.Length / width; at++)
        {
            var row = at % height;
            if (upDown)
                item.Slice((at - row + height - 1 - row) * width, width).CopyTo(result[(at * width)..]);
            else
                result.Slice(at * width, width).Reverse();
        }
    }

    /// <summary>
    /// Turns an image about its centre, counter-clockwise. Each pixel of the result lies between four of the item and weighs them
    /// by how near they are (bilinear); outside the image there are zeros. Quarter turns of square images are exact.
    /// </summary>
    /// <param name="item">The image.</param>
    /// <param name="result">The turned one.</param>
    /// <param name="shape">Shape of both.</param>
    /// <param name="degrees">The angle; negative for clockwise.</param>
    public static void Rotate(ReadOnlySpan<float> item, Span<float> result, Shape shape, float degrees)
    {
        int height = shape[^2], width = shape[^1], pixels = height * width;
        var (sin, cos) = float.SinCosPi(degrees / 180);
        float middleRow = (height - 1) / 2f, middleColumn = (width - 1) / 2f;
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            float y = pixel / width - middleRow, x = pixel % width - middleColumn;
            float fromRow = middleRow + x * sin + y * cos, fromColumn = middleColumn + x * cos - y * sin;
            float above = MathF.Floor(fromRow), left = MathF.Floor(fromColumn);
            float down = fromRow - above, right = fromColumn - left;
            for (var at = pixel; at < item.Length; at += pixels)
            {
                var plane = item.Slice(at - pixel, pixels);
                var upper = (1 - right) * At(plane, (int)above, (int)left, height, width) + right * At(plane, (int)above, (int)left + 1, height, width);
                var lower = (1 - right) * At(plane, (int)above + 1, (int)left, height, width) + right * At(plane, (int)above + 1, (int)left + 1, height, width);
                result[at] = (1 - down) * upper + down * lower;
            }
        }
    }

    private static float At(ReadOnlySpan<float> plane, int row, int column, int height, int width) =>
        (uint)row < (uint)height && (uint)column < (uint)width ? plane[row * width + column] : 0;

    private static int Within(int shift, int size, bool wrap) => wrap ? shift % size : Math.Clamp(shift, -size, size);

    private static void Enter(ReadOnlySpan<float> from, Span<float> to, bool wrap)
    {
        if (wrap)
            from.CopyTo(to);
        else
            to.Clear();
    }
}
