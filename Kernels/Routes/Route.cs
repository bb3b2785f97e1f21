namespace GpuNN.Kernels;

/// <summary>
/// The way to a device: memory, copies and launches. A route knows no operation by name. Launches are queued in order;
/// copies out of device memory wait for them.
/// </summary>
public abstract class Route : IDisposable
{
    /// <summary>Name of the device in a command line: <c>cpu</c>, <c>cuda:0</c>, <c>opencl:0</c>, <c>ilgpu-cpu</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What the device is, for people.</summary>
    public abstract string Description { get; }

    /// <summary>A new block of at least one element, zeroed, 64-byte aligned, its room rounded up to 16 elements.</summary>
    public abstract Block Allocate(long elements);

    /// <summary>Runs a body for the indices 0 to count - 1, in any order. A count of 0 does nothing.</summary>
    /// <param name="count">Number of indices.</param>
    /// <param name="body">The kernel with its operands.</param>
    /// <param name="cost">Rough nanoseconds an index takes on one host thread; the host route splits by it.</param>
    public abstract void Each<TBody>(int count, in TBody body, float cost = 2) where TBody : struct, IBody;

    /// <summary>Copies host numbers to the device.</summary>
    public abstract void CopyIn(ReadOnlySpan<float> source, View target);

    /// <summary>Copies host integers to the device.</summary>
    public abstract void CopyIn(ReadOnlySpan<int> source, View target);

    /// <summary>Copies device numbers to the host, after everything launched before.</summary>
    public abstract void CopyOut(View source, Span<float> target);

    /// <summary>Copies device integers to the host, after everything launched before.</summary>
    public abstract void CopyOut(View source, Span<int> target);

    /// <summary>Copies within the device.</summary>
    public abstract void Copy(View source, View target);

    /// <summary>Sets every element, the room behind the last one included.</summary>
    public abstract void Fill(View target, float value);

    /// <summary>
    /// Captures what an action launches, and runs none of it. Each kernel must have been launched before; the action must not
    /// allocate, copy from or to the host, or wait.
    /// </summary>
    /// <returns>The launches, to be replayed; null from a route whose launches cost so little that it has nothing to gain.</returns>
    /// <exception cref="DeviceException">Something in it cannot be captured, or the driver refused.</exception>
    public virtual CapturedLaunches? Capture(Action launches) => null;

    /// <summary>Waits until everything launched has run.</summary>
    public abstract void Synchronise();

    /// <inheritdoc/>
    public abstract void Dispose();
}
