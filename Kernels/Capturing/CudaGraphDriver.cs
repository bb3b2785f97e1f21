using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace GpuNN.Kernels;

/// <summary>
/// CUDA's graphs, which ILGPU does not bind: calls of the driver's own library beside ILGPU's stream. A stream that ILGPU makes does
/// not block on the default one, as capturing needs. The capture is a relaxed one, because a finalizer may free memory meanwhile.
/// Source: NVIDIA, "CUDA driver API", stream and graph management (CUDA 11.4 or later).
/// </summary>
internal sealed partial class CudaGraphDriver(CudaStream stream) : IGraphDriver
{
    private const string Library = "nvcuda";

    /// <summary>CU_STREAM_CAPTURE_MODE_RELAXED.</summary>
    private const int Relaxed = 2;

    // Windows has nvcuda.dll; elsewhere the driver's own name comes first, because the other is often left out of containers.
    private static readonly string[] names = OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so"];

    static CudaGraphDriver() => NativeLibrary.SetDllImportResolver(typeof(CudaGraphDriver).Assembly, Resolve);

    /// <inheritdoc/>
    public int BeginCapture()
    {
        stream.Accelerator.Bind();
        return StreamBeginCapture(stream.StreamPtr, Relaxed);
    }

    /// <inheritdoc/>
    public int EndCapture(out nint graph)
    {
        stream.Accelerator.Bind();
        return StreamEndCapture(stream.StreamPtr, out graph);
    }

    /// <inheritdoc/>
    public int Instantiate(nint graph, out nint executable)
    {
        stream.Accelerator.Bind();
        return GraphInstantiate(out executable, graph, flags: 0);
    }

    /// <inheritdoc/>
    public int Launch(nint executable)
    {
        stream.Accelerator.Bind();
        return GraphLaunch(executable, stream.StreamPtr);
    }

    /// <inheritdoc/>
    public int DestroyGraph(nint graph)
    {
        stream.Accelerator.Bind();
        return GraphDestroy(graph);
    }

    /// <inheritdoc/>
    public int DestroyExecutable(nint executable)
    {
        stream.Accelerator.Bind();
        return GraphExecDestroy(executable);
    }

    /// <inheritdoc/>
    public string NameOf(int error) =>
        GetErrorName(error, out var name) == 0 && Marshal.PtrToStringAnsi(name) is { } known ? known : "an unknown error";

    [LibraryImport(Library, EntryPoint = "cuStreamBeginCapture_v2")]
    private static partial int StreamBeginCapture(nint stream, int mode);

    [LibraryImport(Library, EntryPoint = "cuStreamEndCapture")]
    private static partial int StreamEndCapture(nint stream, out nint graph);

    [LibraryImport(Library, EntryPoint = "cuGraphInstantiateWithFlags")]
    private static partial int GraphInstantiate(out nint executable, nint graph, ulong flags);

    [LibraryImport(Library, EntryPoint = "cuGraphLaunch")]
    private static partial int GraphLaunch(nint executable, nint stream);

    [LibraryImport(Library, EntryPoint = "cuGraphDestroy")]
    private static partial int GraphDestroy(nint graph);

    [LibraryImport(Library, EntryPoint = "cuGraphExecDestroy")]
    private static partial int GraphExecDestroy(nint executable);

    [LibraryImport(Library, EntryPoint = "cuGetErrorName")]
    private static partial int GetErrorName(int error, out nint name);

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path)
    {
        if (library == Library)
            foreach (var name in names)
                if (NativeLibrary.TryLoad(name, assembly, path, out var handle))
                    return handle;
        return 0;
    }
}
