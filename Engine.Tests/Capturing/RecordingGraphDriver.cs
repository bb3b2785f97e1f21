using GpuNN.Kernels;
using ILGPU.Runtime;

namespace GpuNN.Tests;

/// <summary>
/// A driver of graphs that notes every call, for devices that have no graphs: what is queued while it captures does not run, and
/// launching a graph runs exactly what was noted, with the operands of that time. It holds a caller to the rules of CUDA's driver.
/// </summary>
internal sealed class RecordingGraphDriver : IGraphDriver
{
    private readonly Dictionary<nint, (IDeviceLaunch Launch, AcceleratorStream Stream)[]> graphs = [];
    private readonly Dictionary<nint, (IDeviceLaunch Launch, AcceleratorStream Stream)[]> executables = [];
    private List<(IDeviceLaunch Launch, AcceleratorStream Stream)>? noted;
    private nint lastHandle;

    /// <summary>The calls so far, without those that queue a launch.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>A call that fails from now on, by its name; null for none.</summary>
    public string? Failing { get; set; }

    /// <summary>Whether the launch of a graph does nothing, so that only the host's part of it is left.</summary>
    public bool IsIdle { get; set; }

    /// <summary>How many graphs are ready to be launched.</summary>
    public int Ready => executables.Count;

    /// <summary>Whether nothing that must be freed is left, and no capture is open.</summary>
    public bool IsClean => graphs.Count == 0 && executables.Count == 0 && noted is null;

    public int BeginCapture()
    {
        Assert.That(noted, Is.Null, "the stream is being captured already");
        return Call(nameof(BeginCapture), () => noted = []);
    }

    public void Queue(IDeviceLaunch launch, AcceleratorStream stream)
    {
        Assert.That(noted, Is.Not.Null, "queued outside a capture");
        if (Failing == nameof(Queue))
            throw new InvalidOperationException("a launch was refused");
        noted!.Add((launch, stream));
    }

    public int EndCapture(out nint graph)
    {
        Assert.That(noted, Is.Not.Null, "the stream is not being captured");
        var launches = noted!.ToArray();
        noted = null;
        nint made = 0;
        // A capture that was broken off has no graph.
        var error = Call(nameof(EndCapture), () => graphs[made = ++lastHandle] = launches);
        graph = made;
        return error;
    }

    public int Instantiate(nint graph, out nint executable)
    {
        nint made = 0;
        var error = Call(nameof(Instantiate), () => executables[made = ++lastHandle] = graphs[graph]);
        executable = made;
        return error;
    }

    // Idle, it makes no garbage: what is left is the caller's.
    public int Launch(nint executable) => IsIdle ? 0 : Run(executable);

    public int DestroyGraph(nint graph) => Call(nameof(DestroyGraph), () => Assert.That(graphs.Remove(graph), "destroyed twice"));

    public int DestroyExecutable(nint executable) => Call(nameof(DestroyExecutable), () =>
    {
        Assert.That(executables[executable].Select(noted => noted.Stream.IsDisposed), Is.All.False, "graphs go before their stream");
        executables.Remove(executable);
    });

    public string NameOf(int error) => error == 901 ? "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED" : "?";

    private int Run(nint executable) => Call(nameof(Launch), () =>
    {
        Assert.That(noted, Is.Null, "launched within a capture");
        foreach (var (launch, stream) in executables[executable])
            launch.Run(stream);
    });

    private int Call(string name, Action act)
    {
        Calls.Add(name);
        if (Failing == name)
            return 901;
        act();
        return 0;
    }
}
