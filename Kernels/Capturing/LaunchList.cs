using ILGPU.Runtime;

namespace GpuNN.Kernels;

/// <summary>
/// Captured launches as a list that the host plays: no shapes are checked and no views cut again. It is what devices without graphs
/// of their own replay, and what a <see cref="LaunchGraph"/> is made of.
/// </summary>
public sealed class LaunchList : CapturedLaunches
{
    private readonly AcceleratorStream stream;
    private readonly IDeviceLaunch[] launches;

    internal LaunchList(AcceleratorStream stream, IDeviceLaunch[] launches) : base(launches.Length) =>
        (this.stream, this.launches) = (stream, launches);

    /// <inheritdoc/>
    public override bool IsOneLaunch => false;

    /// <inheritdoc/>
    public override void Replay()
    {
        foreach (var launch in launches)
            launch.Run(stream);
    }

    /// <summary>Has a driver note every launch in the graph that it is capturing.</summary>
    internal void Queue(IGraphDriver driver)
    {
        foreach (var launch in launches)
            driver.Queue(launch, stream);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
