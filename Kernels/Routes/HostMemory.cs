using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace GpuNN.Kernels;

/// <summary>
/// Memory of ILGPU's CPU accelerator, so that one view serves kernels that ILGPU could compile and raw pointers alike.
/// One accelerator serves the whole process: it is never launched on, and making one takes 60 ms.
/// </summary>
internal static class HostMemory
{
    /// <summary>Elements of 4 bytes on one 64-byte line.</summary>
    public const int Line = 16;

    private static readonly Lazy<Accelerator> accelerator = new(() =>
        Context.Create(builder => builder.CPU(new CPUDevice(2, 1, 1))).CreateCPUAccelerator(0));

    /// <summary>Room for some elements, rounded up to whole lines.</summary>
    public static long Room(long elements) => (elements + Line - 1) / Line * Line;

    /// <summary>An aligned block, not zeroed; of another CPU accelerator, and then without a pointer, where one is given.</summary>
    public static Block Allocate(long elements, Accelerator? owner = null)
    {
        if (elements < 1)
            throw new ArgumentOutOfRangeException(nameof(elements), elements, "A block needs at least one element.");
        var room = Room(elements);
        var bytes = elements * sizeof(float);
        var most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > most)
            throw Full(bytes, most, null);
        MemoryBuffer buffer;
        try
        {
            // The system's allocator promises 16 bytes only; one line more makes room to begin on a line.
            buffer = (owner ?? accelerator.Value).AllocateRaw(room + Line, sizeof(float));
        }
        catch (OutOfMemoryException cause)
        {
            throw Full(bytes, most, cause);
        }
        var skip = (-buffer.NativePtr & 63) / sizeof(float);
        var floats = new ArrayView<float>(buffer, skip, elements);
        var address = owner is null ? buffer.NativePtr + (skip * sizeof(float)) : 0;
        return new Block(buffer, new View(floats, address, (int)(room - elements)));
    }

    private static DeviceException Full(long bytes, long most, Exception? cause) => new(
        $"cpu: out of memory: a block of {bytes:N0} bytes was asked for, and the machine lends this process {most:N0} bytes in all. " +
        "Use a smaller batch or a smaller model.", cause);
}
