using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Combines one number a thread into one number a group, in shared memory, for device forms.</summary>
public static class GroupTree
{
    /// <summary>The most threads a group may have.</summary>
    public const int MostThreads = 1024;

    /// <summary>Threads of a group that works on so many items: a power of two, no more than the device prefers.</summary>
    internal static int Size(DeviceRoute device, int items)
    {
        var size = Math.Min(32, device.GroupSize);
        while (size < items && size < device.GroupSize)
            size *= 2;
        return size;
    }

    /// <summary>
    /// Combines the group's numbers by a binary tree, whose order the group size alone decides. Every thread of the group
    /// must call it and gets the result. The group size must be a power of two.
    /// </summary>
    /// <param name="shared">Shared memory for <see cref="MostThreads"/> floats; free again afterwards.</param>
    /// <param name="value">The calling thread's number.</param>
    public static float Reduce<TReduction>(ArrayView<float> shared, float value) where TReduction : struct, IReduction
    {
        var thread = Group.IdxX;
        shared[thread] = value;
        Group.Barrier();
        for (var half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (thread < half)
                shared[thread] = TReduction.Combine(new ScalarLane(shared[thread]), new ScalarLane(shared[thread + half])).Value;
            Group.Barrier();
        }
        var result = shared[0];
        Group.Barrier();
        return result;
    }
}
