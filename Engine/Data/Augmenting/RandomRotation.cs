using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Turns each image about its centre by up to so many degrees either way, every angle as likely; see <see cref="Augment.Rotate"/>.
/// A 6 turned far enough is a 9: keep the angle below what changes the class.
/// </summary>
public sealed class RandomRotation : Augmentation
{
    private readonly float degrees;

    /// <summary>A rotation.</summary>
    /// <param name="degrees">The largest angle, 0 to 180.</param>
    public RandomRotation(float degrees) => this.degrees = degrees >= 0 && degrees <= 180 ? degrees : throw new ArgumentOutOfRangeException(
        nameof(degrees), $"RandomRotation: the angle must lie in [0, 180], but is {degrees}.\nThe direction is drawn; 180 turns by any angle.");

    /// <inheritdoc/>
    public override void Check(Shape item) => CheckImages(item);

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> item, Span<float> result, Shape shape, Philox random) =>
        Augment.Rotate(item, result, shape, (2 * random.NextFloat() - 1) * degrees);
}
