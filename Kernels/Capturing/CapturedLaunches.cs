namespace GpuNN.Kernels;

/// <summary>
/// Launches that were captured with their operands and can be replayed. The memory that they name must still be there, and what
/// changes from one replay to the next must lie in that memory: a number handed to a launch stays what it was.
/// </summary>
public abstract class CapturedLaunches : IDisposable
{
    private protected CapturedLaunches(int count) => Count = count;

    /// <summary>Number of launches and copies.</summary>
    public int Count { get; }

    /// <summary>Whether the device gets all of them as one launch.</summary>
    public abstract bool IsOneLaunch { get; }

    /// <summary>Queues all of them, in their order. Allocates nothing.</summary>
    public abstract void Replay();

    /// <inheritdoc/>
    public abstract void Dispose();
}
