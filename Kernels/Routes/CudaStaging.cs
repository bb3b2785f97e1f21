using ILGPU.Runtime.Cuda;

namespace GpuNN.Kernels;

/// <summary>
/// Page-locked memory through which host numbers travel to a CUDA device. The caller's numbers have been read when a copy returns,
/// yet the copy itself is only queued, so that feeding a step does not wait for the step before.
/// </summary>
internal sealed unsafe class CudaStaging : IDisposable
{
    private const int PieceBytes = 4 << 20;
    private const int Pieces = 2;

    private readonly CudaStream stream;
    private readonly nint[] memory = new nint[Pieces];
    private readonly nint[] events = new nint[Pieces];
    private int turn;

    /// <summary>Reserves the memory; the stream's accelerator must be bound.</summary>
    public CudaStaging(CudaStream stream)
    {
        this.stream = stream;
        for (var piece = 0; piece < Pieces; piece++)
        {
            CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.AllocateHostMemory(out memory[piece], PieceBytes));
            CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.CreateEvent(out events[piece], CudaEventFlags.CU_EVENT_DISABLE_TIMING));
        }
    }

    /// <summary>Queues a copy of some bytes to a device address. The bytes may change as soon as this returns.</summary>
    public void CopyIn(byte* from, nint to, long bytes)
    {
        while (bytes > 0)
        {
            var size = (nint)Math.Min(bytes, PieceBytes);
            // An event that was never recorded counts as passed.
            CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.SynchronizeEvent(events[turn]));
            Buffer.MemoryCopy(from, (void*)memory[turn], PieceBytes, size);
            CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.MemcpyAsync(to, memory[turn], size, stream));
            CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.RecordEvent(events[turn], stream.StreamPtr));
            turn = (turn + 1) % Pieces;
            from += size;
            to += size;
            bytes -= size;
        }
    }

    /// <summary>Gives the memory back; the stream must have run dry.</summary>
    public void Dispose()
    {
        for (var piece = 0; piece < Pieces; piece++)
        {
            CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.DestroyEvent(events[piece]));
            CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.FreeHostMemory(memory[piece]));
        }
    }
}
