namespace GpuNN.Kernels;

/// <summary>
/// A kernel written over an index: one C# method for the host and every device. A struct whose fields are
/// <see cref="ILGPU.ArrayView{T}"/>s and numbers; it uses no groups and no shared memory.
/// </summary>
public interface IBody
{
    /// <summary>Does the work of one index.</summary>
    void Run(int index);
}

/// <summary>
/// A kernel of the device route written for groups of threads: it may use <see cref="ILGPU.Group"/>, <see cref="ILGPU.Grid"/>
/// and shared memory, and must be right for any group size from 2 up (never assume a warp of 32).
/// </summary>
public interface IGroupBody
{
    /// <summary>Does the work of one thread of one group.</summary>
    void Run();
}

/// <summary>
/// A kernel of the host route: SIMD code over raw pointers. A struct whose fields are pointers and numbers.
/// The split into ranges depends on count and grain alone, never on the number of threads.
/// </summary>
public interface IHostJob
{
    /// <summary>Does the work of the indices [first, last) on the calling thread.</summary>
    void Run(int first, int last);
}
