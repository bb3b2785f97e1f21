using GpuNN.Kernels;

namespace GpuNN;

/// <summary>A window that slides over images (..., height, width): its size, stride and dilation, and what lies around the image.</summary>
public sealed record Window
{
    /// <summary>A window.</summary>
    /// <param name="size">Its rows and columns.</param>
    /// <param name="stride">Pixels from one output to the next; 1 if null.</param>
    /// <param name="padding">What lies around the image; nothing if null.</param>
    /// <param name="dilation">Pixels from one place of the window to the next; 1 if null.</param>
    public Window(Extent size, Extent? stride = null, Padding? padding = null, Extent? dilation = null)
    {
        (Size, Stride, Padding, Dilation) = (size, stride ?? 1, padding ?? Padding.Valid, dilation ?? 1);
        Check(nameof(size), Size);
        Check(nameof(stride), Stride);
        Check(nameof(dilation), Dilation);
    }

    /// <summary>Its rows and columns.</summary>
    public Extent Size { get; }

    /// <summary>Pixels from one output to the next.</summary>
    public Extent Stride { get; }

    /// <summary>What lies around the image.</summary>
    public Padding Padding { get; }

    /// <summary>Pixels from one place of the window to the next.</summary>
    public Extent Dilation { get; }

    /// <summary>The window over images of a size, or null where not one window fits.</summary>
    public WindowShape? Over(int height, int width)
    {
        var (rows, top) = Padding.Rows(height, Reach.Height, Stride.Height);
        var (columns, left) = Padding.Columns(width, Reach.Width, Stride.Width);
        return rows < 1 || columns < 1 ? null : new WindowShape(
            height, width, Size.Height, Size.Width, Stride.Height, Stride.Width, Dilation.Height, Dilation.Width, top, left, rows, columns);
    }

    /// <summary>Rows and columns of what the window makes of images of a size, or null where not one window fits.</summary>
    public Extent? Outputs(int height, int width) => Over(height, width) is { } window ? new Extent(window.OutHeight, window.OutWidth) : null;

    /// <summary>The size of images from which the window makes ones of this size; see <see cref="Padding"/> for which of several.</summary>
    public Extent Sources(int height, int width) => Padding.Sources((height, width), Reach, Stride);

    /// <summary>Pixels from the first place of the window to the last.</summary>
    private Extent Reach => ((Size.Height - 1) * Dilation.Height + 1, (Size.Width - 1) * Dilation.Width + 1);

    /// <summary>The window over the last two axes of an operand.</summary>
    /// <exception cref="ShapeException">Not one window fits.</exception>
    internal WindowShape Over(Operation operation, ReadOnlySpan<Shape> x) => Over(x[0][^2], x[0][^1]) ?? throw ShapeException.For(operation, x,
        wanted: $"needs images that hold a window of {Size}{(Dilation == 1 ? "" : $" with dilation {Dilation}")} and {Padding} padding",
        fix: "Pad the images (Padding.Same), or use a smaller window.");

    private static void Check(string name, Extent extent)
    {
        if (extent.Height < 1 || extent.Width < 1)
            throw new ArgumentOutOfRangeException(name, $"Window: the {name} must be 1 or more, but is {extent}.\nPass one number for both axes, or (height, width).");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Size}{(Stride == 1 ? "" : $", stride {Stride}")}{(Padding == Padding.Valid ? "" : $", {Padding}")}{(Dilation == 1 ? "" : $", dilation {Dilation}")}";
}
