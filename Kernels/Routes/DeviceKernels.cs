using ILGPU;

namespace GpuNN.Kernels;

/// <summary>The entry points that ILGPU compiles, once for every closed type of body.</summary>
public static class DeviceKernels
{
    /// <summary>
    /// How hard ILGPU optimises. Below this level it does not see that operands lie in global memory: its loads are generic, and
    /// could be of shared memory as far as a driver knows.
    /// </summary>
    public const OptimizationLevel Level = OptimizationLevel.O2;

    /// <summary>A body over the indices 0 to count - 1: each thread takes every (threads of the launch)-th index.</summary>
    public static void EachKernel<TBody>(int count, TBody body) where TBody : struct, IBody
    {
        // Read once: on ILGPU's CPU accelerator each of these is a look-up in thread-local storage.
        // Unsigned, so that the last step past the count cannot overflow.
        var step = (uint)(Grid.DimX * Group.DimX);
        for (var index = (uint)((Grid.IdxX * Group.DimX) + Group.IdxX); index < (uint)count; index += step)
            body.Run((int)index);
    }

    /// <summary>A body written for groups of threads.</summary>
    public static void GroupKernel<TBody>(TBody body) where TBody : struct, IGroupBody => body.Run();
}
