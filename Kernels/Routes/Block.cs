using ILGPU.Runtime;

namespace GpuNN.Kernels;

/// <summary>A block of device memory. The route's owner disposes it; views of it die with it.</summary>
public sealed class Block : IDisposable
{
    private readonly MemoryBuffer buffer;

    internal Block(MemoryBuffer buffer, View view)
    {
        this.buffer = buffer;
        View = view;
    }

    /// <summary>The elements asked for.</summary>
    public View View { get; }

    /// <summary>Whether it was given back: its views must not be touched any more.</summary>
    public bool IsDisposed => buffer.IsDisposed;

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();
}
