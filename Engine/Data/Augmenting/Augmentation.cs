using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Changes one sample on its way into a batch of training data: <c>new Trainer(...) { Augment = [new RandomShift(2), new RandomFlip()] }</c>.
/// It keeps no state, and what it does depends on the sample and the random numbers alone, which (seed, epoch, sample, its place
/// in the list) decide. So a training that was stopped and resumed sees the same samples, however they are read ahead.
/// </summary>
public abstract class Augmentation
{
    /// <summary>Throws where it cannot work on samples of a shape.</summary>
    /// <exception cref="ShapeException">The samples do not fit.</exception>
    public virtual void Check(Shape item) { }

    /// <summary>Writes the sample in its new form. Runs on the reading thread, and must allocate nothing.</summary>
    /// <param name="item">The sample as it is.</param>
    /// <param name="result">Where the new form goes: all of it must be written.</param>
    /// <param name="shape">Shape of both.</param>
    /// <param name="random">The random numbers of this sample.</param>
    public abstract void Apply(ReadOnlySpan<float> item, Span<float> result, Shape shape, Philox random);

    /// <summary>Throws unless samples are images (..., height, width).</summary>
    private protected void CheckImages(Shape item)
    {
        if (item.Rank < 2)
            throw new ShapeException($"{GetType().Name}: needs images (..., height, width), but the samples are {item}.\nGive the data set the shape of its images, such as [1, 28, 28], and flatten in the model.");
    }
}
