using System.Globalization;
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
            throw new BadValueException(string.Create(CultureInfo.InvariantCulture,
                $"The loss is {value[0]}; nothing was changed by this step.\nLower the learning rate, or clip gradients."));
    }
}
