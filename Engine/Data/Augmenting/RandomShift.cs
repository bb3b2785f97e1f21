using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Moves each image by up to so many pixels down or up and to a side, every distance as likely: what a network should know again
/// wherever it stands. Source: Simard, Steinkraus and Platt (2003), "Best practices for convolutional neural networks".
/// </summary>
public sealed class RandomShift : Augmentation
{
    private readonly int pixels;
    private readonly bool wrap;

    /// <summary>A shift.</summary>
    /// <param name="pixels">The furthest, in each direction.</param>
    /// <param name="wrap">Whether what leaves on one side comes in on the other; else zeros come in.</param>
    public RandomShift(int pixels, bool wrap = false)
    {
        if (pixels < 0)
            throw new ArgumentOutOfRangeException(nameof(pixels), $"RandomShift: needs 0 or more pixels, but got {pixels}.\nThe direction is drawn; give the furthest.");
        (this.pixels, this.wrap) = (pixels, wrap);
    }

    /// <inheritdoc/>
    public override void Check(Shape item) => CheckImages(item);

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> item, Span<float> result, Shape shape, Philox random)
    {
        var rows = random.NextInt(2 * pixels + 1) - pixels;
        var columns = random.NextInt(2 * pixels + 1) - pixels;
        Augment.Shift(item, result, shape, rows, columns, wrap);
    }
}
