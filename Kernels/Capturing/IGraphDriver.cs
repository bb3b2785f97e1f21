using ILGPU.Runtime;

namespace GpuNN.Kernels;

/// <summary>
/// The calls of a driver that turn the launches of one stream into a graph and launch that. Each returns the driver's error, 0 for
/// none. Handles are the driver's own.
/// </summary>
public interface IGraphDriver
{
    /// <summary>From here on what is queued on the stream is noted in a graph and does not run.</summary>
    int BeginCapture();

    /// <summary>Queues a launch on the stream.</summary>
    void Queue(IDeviceLaunch launch, AcceleratorStream stream) => launch.Run(stream);

    /// <summary>Ends the capture, also one that failed; its graph is then 0.</summary>
    int EndCapture(out nint graph);

    /// <summary>Makes a graph ready to be launched. The graph is not needed any more.</summary>
    int Instantiate(nint graph, out nint executable);

    /// <summary>Queues everything in the graph on the stream, as one launch.</summary>
    int Launch(nint executable);

    /// <summary>Frees a graph.</summary>
    int DestroyGraph(nint graph);

    /// <summary>Frees what was made ready; a launch in flight ends first.</summary>
    int DestroyExecutable(nint executable);

    /// <summary>The driver's own name of an error.</summary>
    string NameOf(int error);
}
