using System.Numerics;

namespace GpuNN.Kernels;

/// <summary>
/// Scratch memory for the threads of a host launch: one slot for each that runs at the same time. A job rents a slot for a
/// range and gives it back; what it holds in between is nobody else's. Never more are rented than there are threads.
/// </summary>
internal sealed unsafe class ScratchSlots(int threads, long floats)
{
    private ulong taken;

    /// <summary>Floats of one slot, a whole number of lines.</summary>
    public long Floats { get; } = HostMemory.Room(floats);

    /// <summary>Floats of all slots.</summary>
    public long Room => Floats * threads;

    /// <summary>Takes a free slot.</summary>
    public int Rent()
    {
        while (true)
        {
            var seen = Volatile.Read(ref taken);
            var slot = BitOperations.TrailingZeroCount(~seen);
            if (slot < threads && Interlocked.CompareExchange(ref taken, seen | 1ul << slot, seen) == seen)
                return slot;
        }
    }

    /// <summary>Gives a slot back.</summary>
    public void Return(int slot) => Interlocked.And(ref taken, ~(1ul << slot));
}
