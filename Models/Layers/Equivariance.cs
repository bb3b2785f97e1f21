namespace GpuNN;

/// <summary>
/// Whether a layer does to a shifted image what it does to the image: how far layer(shift x) is from shift layer(x). A convolution keeps
/// them equal to the last bit; a dense layer, or one whose weights differ from place to place, does not.
/// </summary>
public static class Equivariance
{
    /// <summary>
    /// The greatest difference between layer(shift x) and shift layer(x), in the interior: of the results that far from the border that
    /// neither sees what a shift moves in or out. 0 where they are equal.
    /// </summary>
    /// <param name="device">Where the layer runs.</param>
    /// <param name="layer">From images (batch, channels, height, width) to images (batch, ..., height, width).</param>
    /// <param name="images">Images, one after the other.</param>
    /// <param name="item">Shape (channels, height, width) of one.</param>
    /// <param name="shift">Rows and columns by which results are shifted; below 0 up and to the left.</param>
    /// <param name="margin">Results at every border that are left out, beside those that are shifted out.</param>
    /// <param name="stride">Pixels of x from one result to the next; 1 if null.</param>
    public static float Check(Device device, Layer layer, float[] images, Shape item, Extent shift, int margin, Extent? stride = null)
    {
        if (item.Rank != 3 || item.Elements == 0 || images.Length == 0 || images.Length % item.Elements != 0)
            throw new ShapeException($"Equivariance: needs images of a shape (channels, height, width), but got {images.Length} numbers for {item}.\nPass whole images, one after the other.");
        var step = stride ?? 1;
        var moved = new float[images.Length];
        Move(images, moved, item[1], item[2], shift.Height * step.Height, shift.Width * step.Width);
        var function = device.Compile(graph => layer.Apply(graph.Input("x", item.Prepend(graph.Batch))), training: false, name: "equivariance");
        var shape = item.Prepend((int)(images.Length / item.Elements));
        var results = function.Run(Feed.Of("x", images, shape))[0];
        var (y, of) = (results.ToArray(), results.Shape);
        var ofMoved = function.Run(Feed.Of("x", moved, shape))[0].ToArray();
        if (of.Rank < 3)
            throw new ShapeException($"Equivariance: needs a layer that makes images (batch, ..., height, width), but {layer} makes {of}.\nCheck the layers before it is flattened.");
        var wanted = new float[y.Length];
        Move(y, wanted, of[^2], of[^1], shift.Height, shift.Width);
        return Farthest(ofMoved, wanted, of[^2], of[^1], shift, margin);
    }

    // Zeros move in.
    private static void Move(float[] from, float[] to, int height, int width, int down, int right)
    {
        for (var row = 0; row < from.Length / width; row++)
        {
            var source = row % height - down;
            for (var c = 0; c < width; c++)
                to[row * width + c] = source >= 0 && source < height && c - right >= 0 && c - right < width ? from[(row - down) * width + c - right] : 0;
        }
    }

    private static float Farthest(float[] got, float[] wanted, int height, int width, Extent shift, int margin)
    {
        var farthest = -1f;
        for (var row = 0; row < got.Length / width; row++)
        {
            if (!IsInside(row % height, height, shift.Height, margin))
                continue;
            for (var c = 0; c < width; c++)
                if (IsInside(c, width, shift.Width, margin))
                    farthest = MathF.Max(farthest, MathF.Abs(got[row * width + c] - wanted[row * width + c]));
        }
        return farthest >= 0 || float.IsNaN(farthest) ? farthest : throw new ArgumentOutOfRangeException(nameof(margin),
            $"Equivariance: needs results in the interior, but of {height} x {width} none is left by a shift of {shift} and a margin of {margin}.\nTake larger images, or less of both.");
    }

    private static bool IsInside(int at, int size, int shift, int margin) =>
        Math.Min(at, at - shift) >= margin && Math.Max(at, at - shift) < size - margin;
}
