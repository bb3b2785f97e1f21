using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Parameters of a slab that have one learning rate and one number of steps behind them, so that they share the rule's numbers on the
/// device. A model is one group, unless layers have rates of their own or began anew.
/// </summary>
internal sealed class OptimiserGroup(Device device)
{
    private readonly KeptFloats numbers = new(device, OptimiserScalars.Count);
    private float pushedRate;

    /// <summary>Factor of the learning rate.</summary>
    public float Scale { get; private set; }

    /// <summary>The rule's numbers on the device.</summary>
    public View Scalars => numbers.View;

    /// <summary>The rule's numbers.</summary>
    public float[] Read() => numbers.Read(0, OptimiserScalars.Count);

    /// <summary>Becomes another group.</summary>
    public void Begin(float scale, float[] values)
    {
        numbers.Write(values);
        (Scale, pushedRate) = (scale, float.NaN);
    }

    /// <summary>Writes the learning rate if it changed.</summary>
    public void PushRate(float rate)
    {
        rate *= Scale;
        if (rate == pushedRate)
            return;
        numbers.Write([rate], OptimiserScalars.LearningRateAt);
        pushedRate = rate;
    }

    /// <summary>Norm of all gradients in the last step, before clipping.</summary>
    public float GradientNorm
    {
        get
        {
            Span<float> floats = stackalloc float[OptimiserScalars.Count];
            numbers.CopyTo(floats);
            return OptimiserScalars.In(floats).GradientNorm;
        }
    }
}
