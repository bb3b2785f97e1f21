using GpuNN.Kernels;

namespace GpuNN;

/// <summary>Mirrors some of the images, so that left and right change sides. Letters and digits do not stay what they are; most photographs do.</summary>
public sealed class RandomFlip : Augmentation
{
    private readonly float chance;
    private readonly bool upDown;

    /// <summary>A flip.</summary>
    /// <param name="chance">The share of images that are mirrored, in [0, 1].</param>
    /// <param name="upDown">Whether top and bottom change sides instead.</param>
    public RandomFlip(float chance = 0.5f, bool upDown = false)
    {
        if (!(chance >= 0 && chance <= 1))
            throw new ArgumentOutOfRangeException(nameof(chance), $"RandomFlip: the chance must lie in [0, 1], but is {chance}.\nPass the share that is mirrored, such as 0.5.");
        (this.chance, this.upDown) = (chance, upDown);
    }

    /// <inheritdoc/>
    public override void Check(Shape item) => CheckImages(item);

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> item, Span<float> result, Shape shape, Philox random)
    {
        if (random.NextFloat() < chance)
            Augment.Flip(item, result, shape, upDown);
        else
            item.CopyTo(result);
    }
}
