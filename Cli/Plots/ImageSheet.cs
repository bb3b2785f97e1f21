using SkiaSharp;

namespace GpuNN.Cli;

/// <summary>A sheet of small grey pictures in rows, written as a PNG file: what a model saw, drew or got wrong.</summary>
public static class ImageSheet
{
    private const int Gap = 2;
    private static readonly SKColor Ground = new(0x30, 0x50, 0x80);

    /// <summary>Writes pictures, left to right and top to bottom.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="pictures">Each picture's pixels row by row, 0 black to 1 white; other values are cut off.</param>
    /// <param name="width">Pixels a row of each picture.</param>
    /// <param name="columns">Pictures a row of the sheet.</param>
    /// <param name="zoom">Each pixel is drawn as a square of this many pixels.</param>
    public static void Write(string path, IReadOnlyList<float[]> pictures, int width, int columns, int zoom = 2)
    {
        if (pictures.Count == 0)
            throw new ArgumentException("A sheet needs at least one picture, but got none.", nameof(pictures));
        var size = pictures[0].Length;
        if (size % width != 0 || pictures.Any(picture => picture.Length != size))
            throw new ArgumentException(
                $"All pictures of a sheet need the same number of pixels, a multiple of the width {width}; "
                + $"the first has {size}.", nameof(pictures));

        var height = size / width;
        var rows = (pictures.Count + columns - 1) / columns;
        using var sheet = new SKBitmap(
            Gap + columns * (width * zoom + Gap), Gap + rows * (height * zoom + Gap), SKColorType.Rgba8888, SKAlphaType.Opaque);
        sheet.Erase(Ground);
        for (var i = 0; i < pictures.Count; i++)
            Draw(sheet, pictures[i], width, zoom, Gap + i % columns * (width * zoom + Gap), Gap + i / columns * (height * zoom + Gap));

        using var file = File.Create(path);
        sheet.Encode(file, SKEncodedImageFormat.Png, quality: 100);
    }

    private static void Draw(SKBitmap sheet, float[] picture, int width, int zoom, int left, int top)
    {
        for (var y = 0; y < picture.Length / width * zoom; y++)
            for (var x = 0; x < width * zoom; x++)
            {
                var grey = (byte)(255 * Math.Clamp(picture[y / zoom * width + x / zoom], 0f, 1f));
                sheet.SetPixel(left + x, top + y, new SKColor(grey, grey, grey));
            }
    }
}
