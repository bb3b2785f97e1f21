namespace GpuNN;

/// <summary>
/// What lies around an image: zeros for a convolution, nothing for a maximum. Along an axis of n pixels, a window of k
/// places, stride s and dilation d reaches over e = d (k - 1) + 1 pixels.
/// </summary>
public abstract record Padding
{
    private protected Padding() { }

    /// <summary>
    /// ceil(n / s) outputs: max((outputs - 1) s + e - n, 0) pixels in all, half of them before the image, an odd one behind it.
    /// </summary>
    public static Padding Same { get; } = new SamePadding();

    /// <summary>No padding: floor((n - e) / s) + 1 outputs.</summary>
    public static Padding Valid { get; } = new ExplicitPadding(0, 0, 0, 0);

    /// <summary>So many pixels on every side: floor((n + 2 padding - e) / s) + 1 outputs.</summary>
    public static Padding Explicit(Extent padding) => Explicit(padding.Height, padding.Height, padding.Width, padding.Width);

    /// <summary>So many pixels on each side.</summary>
    public static Padding Explicit(int top, int bottom, int left, int right) => top < 0 || bottom < 0 || left < 0 || right < 0
        ? throw new ArgumentOutOfRangeException(nameof(top),
            $"Padding: needs 0 or more pixels on each side, but got {top}, {bottom}, {left} and {right}.\nCrop the image with Slice instead.")
        : new ExplicitPadding(top, bottom, left, right);

    /// <summary>So many pixels on every side, by their number alone.</summary>
    public static implicit operator Padding(int padding) => Explicit(padding);

    /// <summary>The same along the columns alone, for sequences: images of one row.</summary>
    public abstract Padding AlongColumns { get; }

    /// <summary>Outputs and pixels before the image along the rows.</summary>
    internal abstract (int Outputs, int Before) Rows(int size, int reach, int stride);

    /// <summary>Outputs and pixels before the image along the columns.</summary>
    internal abstract (int Outputs, int Before) Columns(int size, int reach, int stride);

    /// <summary>Rows of the images from which a window makes so many, and columns: the adjoint's result. Of several the largest with Same, else the smallest.</summary>
    internal abstract (int Rows, int Columns) Sources(Extent outputs, Extent reach, Extent stride);

    private sealed record SamePadding : Padding
    {
        public override Padding AlongColumns => this;

        internal override (int Outputs, int Before) Rows(int size, int reach, int stride)
        {
            var outputs = (size + stride - 1) / stride;
            return (outputs, Math.Max((outputs - 1) * stride + reach - size, 0) / 2);
        }

        internal override (int Outputs, int Before) Columns(int size, int reach, int stride) => Rows(size, reach, stride);

        internal override (int Rows, int Columns) Sources(Extent outputs, Extent reach, Extent stride) => (outputs.Height * stride.Height, outputs.Width * stride.Width);

        public override string ToString() => "same";
    }

    private sealed record ExplicitPadding(int Top, int Bottom, int Left, int Right) : Padding
    {
        public override Padding AlongColumns => new ExplicitPadding(0, 0, Left, Right);

        internal override (int Outputs, int Before) Rows(int size, int reach, int stride) => (Outputs(size + Top + Bottom, reach, stride), Top);

        internal override (int Outputs, int Before) Columns(int size, int reach, int stride) => (Outputs(size + Left + Right, reach, stride), Left);

        internal override (int Rows, int Columns) Sources(Extent outputs, Extent reach, Extent stride) =>
            ((outputs.Height - 1) * stride.Height + reach.Height - Top - Bottom, (outputs.Width - 1) * stride.Width + reach.Width - Left - Right);

        private static int Outputs(int size, int reach, int stride) => size < reach ? 0 : (size - reach) / stride + 1;

        public override string ToString() => (Top, Bottom, Left, Right) switch
        {
            (0, 0, 0, 0) => "valid",
            _ when Top == Bottom && Left == Right && Top == Left => $"padding {Top}",
            _ => $"padding {Top}, {Bottom}, {Left}, {Right}",
        };
    }
}
