using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Stops a step whose loss is not a finite number before it changes anything, on the host, where looking costs nothing. On other
/// devices a step is not held up for it: the trainer looks at the running mean from time to time.
/// </summary>
internal sealed class LossGuard(Tensor loss) : Effect([loss])
{
    internal override void Launch(Route route, Operands at)
    {
        if (route is not HostRoute)
            return;
        Span<float> value = [0];
        route.CopyOut(at[0], value);
        if (!float.IsFinite(value[0]))
            throw new LossNotFiniteException(value[0]);
    }
}

/// <summary>Between a step and the trainer, which then finds out where the number came from.</summary>
internal sealed class LossNotFiniteException(float loss) : Exception($"The loss is {loss}.")
{
    public float Loss => loss;
}
