using SkiaSharp;

namespace GpuNN.Cli;

/// <summary>Digits, an arrow and a percent sign in dots of 5 x 7, for captions of classes: a bare machine has no font to write with.</summary>
internal static class PixelText
{
    /// <summary>Dots from the top of a line to its end.</summary>
    public const int Height = 7;

    private const int Width = 5;
    private const int Step = Width + 1;
    private const string Known = "0123456789→ %";

    // a row of dots a byte, the leftmost in bit 4
    private static readonly byte[][] Glyphs =
    [
        [0x0E, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0E],
        [0x04, 0x0C, 0x04, 0x04, 0x04, 0x04, 0x0E],
        [0x0E, 0x11, 0x01, 0x06, 0x08, 0x10, 0x1F],
        [0x0E, 0x11, 0x01, 0x06, 0x01, 0x11, 0x0E],
        [0x02, 0x06, 0x0A, 0x12, 0x1F, 0x02, 0x02],
        [0x1F, 0x10, 0x1E, 0x01, 0x01, 0x11, 0x0E],
        [0x06, 0x08, 0x10, 0x1E, 0x11, 0x11, 0x0E],
        [0x1F, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08],
        [0x0E, 0x11, 0x11, 0x0E, 0x11, 0x11, 0x0E],
        [0x0E, 0x11, 0x11, 0x0F, 0x01, 0x02, 0x0C],
        [0x00, 0x04, 0x02, 0x1F, 0x02, 0x04, 0x00],
        [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
        [0x18, 0x19, 0x02, 0x04, 0x08, 0x13, 0x03],
    ];

    /// <summary>Dots that a text is wide.</summary>
    public static int WidthOf(string text) => Math.Max(0, text.Length * Step - 1);

    /// <summary>Draws a text, each dot a square of so many pixels; what lies outside the picture is left out.</summary>
    public static void Draw(SKBitmap picture, string text, int left, int top, int dot, SKColor colour)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var glyph = Glyphs[IndexOf(text[i])];
            for (var y = 0; y < Height * dot; y++)
                for (var x = 0; x < Width * dot; x++)
                    if ((glyph[y / dot] >> (Width - 1 - x / dot) & 1) == 1)
                        Set(picture, left + i * Step * dot + x, top + y, colour);
        }
    }

    private static int IndexOf(char letter) => Known.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var index
        ? index
        : throw new ArgumentException($"A caption can have the characters \"{Known}\", but got '{letter}'. Give classes by their numbers.");

    private static void Set(SKBitmap picture, int x, int y, SKColor colour)
    {
        if (x >= 0 && y >= 0 && x < picture.Width && y < picture.Height)
            picture.SetPixel(x, y, colour);
    }
}
