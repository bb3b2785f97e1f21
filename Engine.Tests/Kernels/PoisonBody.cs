using GpuNN.Kernels;
using ILGPU;

namespace GpuNN.Tests;

/// <summary>Fills shared memory with NaN, so that a kernel that reads what no thread of its group wrote shows it, where a device hands the memory on.</summary>
public struct PoisonBody : IGroupBody
{
    private const int Floats = 8192;

    public void Run()
    {
        var shared = SharedMemory.Allocate<float>(Floats);
        for (var i = Group.IdxX; i < Floats; i += Group.DimX)
            shared[i] = float.NaN;
    }
}
