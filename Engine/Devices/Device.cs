using GpuNN.Kernels;
using Microsoft.Extensions.Logging;

namespace GpuNN;

/// <summary>
/// A device: its memory, its parameters, its compiled functions. It owns all of them; disposing it frees all.
/// </summary>
public sealed class Device : IDisposable
{
    private readonly List<Function> functions = [];
    private readonly List<Block> blocks = [];
    private readonly ILogger? log;
    private bool disposed;

    private Device(Route route, ILogger? log)
    {
        Route = route;
        this.log = log;
        Arena = new Arena(route);
        Parameters = new ParameterStore(this);
        Constants = new ConstantPool(this);
    }

    /// <summary>The way to the hardware.</summary>
    public Route Route { get; }

    /// <summary>Its name in a command line: <c>cpu</c>, <c>cuda:0</c>, <c>opencl:0</c>, <c>ilgpu-cpu</c>.</summary>
    public string Name => Route.Name;

    /// <summary>The parameters that live here, and the seed they are drawn from.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>The memory in which functions keep what they compute on the way.</summary>
    public Arena Arena { get; }

    internal ConstantPool Constants { get; }

    /// <summary>The memory is about to go: who keeps anything there takes it home.</summary>
    internal event Action? Closing;

    /// <summary>Checks that all functions of the device make.</summary>
    public Checks Checks { get; set; }

    /// <summary>
    /// Whether the launches of a function are captured at its second run on feeds of one shape and replayed from then on: on CUDA as
    /// one launch a run, on other devices from a list; the route <c>cpu</c> has nothing to gain. Profiled runs and those with
    /// <see cref="Checks.FirstBadValue"/> are not replayed.
    /// </summary>
    public bool CaptureSteps { get; set; } = true;

    /// <summary>
    /// Opens a device: by name, or CUDA, else an OpenCL GPU, else the CPU. Says which in one line.
    /// </summary>
    /// <param name="name"><c>cpu</c>, <c>cuda:0</c>, <c>opencl:0</c>, <c>ilgpu-cpu</c>, or null for the best.</param>
    /// <param name="log">Where the line goes, and warnings; standard error if null.</param>
    /// <exception cref="DeviceException">There is no such device, or it was refused.</exception>
    public static Device Open(string? name = null, ILogger? log = null)
    {
        var device = new Device(DeviceCatalogue.Open(name), log);
        if (log is null)
            Console.Error.WriteLine(device.Route.Description);
        else
            log.LogInformation("{Device}", device.Route.Description);
        return device;
    }

    /// <summary>A device on a route of one's own making; the device owns it from now on.</summary>
    /// <param name="route">The way to the hardware.</param>
    /// <param name="log">Where warnings go; standard error if null.</param>
    public static Device On(Route route, ILogger? log = null) => new(route, log);

    /// <summary>Compiles a function that returns one tensor.</summary>
    /// <param name="record">Records it; called again for each new shape of the feeds.</param>
    /// <param name="checks">Checks it makes at every run.</param>
    /// <param name="training">Whether layers such as dropout act as in training.</param>
    /// <param name="name">Its name in plans; its random streams depend on it.</param>
    public Function Compile(Func<Graph, Tensor> record, Checks checks = Checks.None, bool training = true, string? name = null) =>
        Compile(graph => [record(graph)], checks, training, name);

    /// <summary>Compiles a function that returns several tensors.</summary>
    /// <inheritdoc cref="Compile(Func{Graph, Tensor}, Checks, bool, string?)"/>
    public Function Compile(Func<Graph, Tensor[]> record, Checks checks = Checks.None, bool training = true, string? name = null)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var function = new Function(this, record, checks, training, name ?? $"function {functions.Count}");
        functions.Add(function);
        return function;
    }

    /// <summary>Compiles a function that only updates parameters.</summary>
    /// <inheritdoc cref="Compile(Func{Graph, Tensor}, Checks, bool, string?)"/>
    public Function Compile(Action<Graph> record, Checks checks = Checks.None, bool training = true, string? name = null) =>
        Compile(graph =>
        {
            record(graph);
            return Array.Empty<Tensor>();
        }, checks, training, name);

    /// <summary>Tells what went wrong where the work can go on.</summary>
    internal void Warn(string warning)
    {
        if (log is null)
            Console.Error.WriteLine(warning);
        else
            log.LogWarning("{Warning}", warning);
    }

    /// <summary>Memory that lives as long as the device.</summary>
    internal View Keep(long elements)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var block = Route.Allocate(elements);
        blocks.Add(block);
        return block.View;
    }

    /// <summary>Frees everything on the device. Parameters take their values home, so models can still be saved.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        Closing?.Invoke();
        Parameters.Dispose();
        foreach (var function in functions)
            function.Release();
        foreach (var block in blocks)
            block.Dispose();
        Arena.Dispose();
        Route.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => Route.Description;
}
