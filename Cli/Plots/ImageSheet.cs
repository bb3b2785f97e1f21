using SkiaSharp;

namespace GpuNN.Cli;

/// <summary>A sheet of small grey pictures in rows, written as a PNG file: what a model saw, drew or got wrong.</summary>
public static class ImageSheet
{
    private const int Gap = 2;
    private const int Dot = 2;
    private const int CaptionMargin = 4;
    private static readonly SKColor Ground = new(0x30, 0x50, 0x80);
    private static readonly SKColor Ink = new(0xF0, 0xF4, 0xFF);

    /// <summary>Writes pictures, left to right and top to bottom.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="pictures">Each picture's pixels row by row, 0 black to 1 white; other values are cut off.</param>
    /// <param name="width">Pixels a row of each picture.</param>
    /// <param name="columns">Pictures a row of the sheet.</param>
    /// <param name="zoom">Each pixel is drawn as a square of this many pixels.</param>
    /// <param name="captions">A few digits, blanks, arrows and percent signs below each picture, or null.</param>
    public static void Write(
        string path, IReadOnlyList<float[]> pictures, int width, int columns, int zoom = 2, IReadOnlyList<string>? captions = null)
    {
        if (pictures.Count == 0)
            throw new ArgumentException("A sheet needs at least one picture, but got none.", nameof(pictures));
        var size = pictures[0].Length;
        if (size % width != 0 || pictures.Any(picture => picture.Length != size))
            throw new ArgumentException(
                $"All pictures of a sheet need the same number of pixels, a multiple of the width {width}; "
                + $"the first has {size}.", nameof(pictures));
        if (captions is not null && captions.Count != pictures.Count)
            throw new ArgumentException(
                $"A sheet needs a caption for each of its {pictures.Count} pictures, but got {captions.Count}.", nameof(captions));

        var across = width * zoom + Gap;
        var down = size / width * zoom + Gap + (captions is null ? 0 : PixelText.Height * Dot + 2 * CaptionMargin);
        var rows = (pictures.Count + columns - 1) / columns;
        using var sheet = new SKBitmap(Gap + columns * across, Gap + rows * down, SKColorType.Rgba8888, SKAlphaType.Opaque);
        sheet.Erase(Ground);
        for (var i = 0; i < pictures.Count; i++)
        {
            var (left, top) = (Gap + i % columns * across, Gap + i / columns * down);
            Draw(sheet, pictures[i], width, zoom, left, top);
            if (captions is not null)
                PixelText.Draw(
                    sheet, captions[i], left + (width * zoom - PixelText.WidthOf(captions[i]) * Dot) / 2,
                    top + size / width * zoom + CaptionMargin, Dot, Ink);
        }

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
