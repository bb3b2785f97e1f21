using GpuNN.Kernels;

namespace GpuNN;

/// <summary>An entry of a schedule, with its memory.</summary>
internal abstract class Launch
{
    /// <summary>Queues it.</summary>
    public abstract void Play(Route route);

    /// <summary>A loop around it has changed the memory of its operands.</summary>
    public virtual void Move() { }
}

/// <summary>A kernel of its own.</summary>
internal sealed class KernelLaunch(KernelOperation operation, Operands operands) : Launch
{
    private readonly bool isDone = operation.IsDone(operands);

    public override void Play(Route route)
    {
        if (!isDone)
            operation.Launch(route, operands);
    }
}

/// <summary>A pointwise program.</summary>
internal sealed class ProgramLaunch(PointwiseKernel kernel, View[] leaves, View constants, View[] outputs, int outer, int inner) : Launch
{
    public override void Play(Route route) => kernel.Run(route, leaves, constants, outputs, outer, inner);
}

/// <summary>A kernel with a program in its end.</summary>
internal sealed class EndedLaunch(IEndedOperation product, Operands operands, ProductEnd end) : Launch
{
    public override void Play(Route route) => product.Launch(route, operands, end);

    public override void Move() => end.Move();
}

/// <summary>An effect.</summary>
internal sealed class EffectLaunch(Effect effect, Operands operands) : Launch
{
    public override void Play(Route route) => effect.Launch(route, operands);
}

/// <summary>Advances the counter of the random streams.</summary>
internal sealed class StepLaunch(View step) : Launch
{
    public override void Play(Route route) => CounterKernels.Advance(route, step);
}
