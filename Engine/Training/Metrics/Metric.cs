namespace GpuNN;

/// <summary>
/// Something measured beside the loss. It is a part of the compiled function, so it runs on the device; a mean over
/// batches weighs each by its <see cref="Count"/>.
/// </summary>
public abstract record Metric
{
    /// <summary>Its name in results and files, in small letters.</summary>
    public abstract string Name { get; }

    /// <summary>Whether more is better.</summary>
    public virtual bool MoreIsBetter => false;

    /// <summary>The sum over a batch of what is averaged.</summary>
    public abstract Tensor Sum(Tensor prediction, Tensor target);

    /// <summary>By how much the sum over all batches is divided: usually the number of rows.</summary>
    public virtual Tensor Count(Tensor prediction, Tensor target) => (float)prediction.Shape[0];

    /// <summary>The figure from the mean over all batches.</summary>
    public virtual double Finish(double mean) => mean;
}
