namespace GpuNN.Kernels;

/// <summary>
/// Captured launches as a graph of the driver: one launch replays all of them, so a step costs the host what a single kernel costs.
/// Every kernel must have been launched before, because a driver loads no code while it captures.
/// </summary>
public sealed class LaunchGraph : CapturedLaunches
{
    private readonly IGraphDriver driver;
    private nint executable;

    private LaunchGraph(IGraphDriver driver, nint executable, int count) : base(count) =>
        (this.driver, this.executable) = (driver, executable);

    /// <inheritdoc/>
    public override bool IsOneLaunch => true;

    /// <summary>Makes a graph of a list.</summary>
    /// <exception cref="DeviceException">The driver cannot; its stream is as it was.</exception>
    public static LaunchGraph Of(LaunchList launches, IGraphDriver driver)
    {
        try
        {
            var graph = Capture(launches, driver);
            try
            {
                Check(driver, driver.Instantiate(graph, out var executable), "make a captured graph ready");
                return new LaunchGraph(driver, executable, launches.Count);
            }
            finally
            {
                driver.DestroyGraph(graph);
            }
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new DeviceException($"The driver has no graphs: {missing.Message} A newer driver has.", missing);
        }
    }

    /// <inheritdoc/>
    public override void Replay() => Check(driver, driver.Launch(executable), "launch a captured graph");

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (executable == 0)
            return;
        driver.DestroyExecutable(executable);
        executable = 0;
    }

    private static nint Capture(LaunchList launches, IGraphDriver driver)
    {
        Check(driver, driver.BeginCapture(), "begin to capture launches");
        try
        {
            launches.Queue(driver);
        }
        catch (Exception cause)
        {
            // A stream takes no other work until its capture has ended.
            _ = driver.EndCapture(out var broken);
            if (broken != 0)
                driver.DestroyGraph(broken);
            throw new DeviceException($"The driver could not capture a launch: {cause.Message} Replays need launches alone: no copy to or from the host.", cause);
        }
        Check(driver, driver.EndCapture(out var graph), "capture launches");
        return graph;
    }

    private static void Check(IGraphDriver driver, int error, string what)
    {
        if (error != 0)
            throw new DeviceException($"The driver could not {what}: {driver.NameOf(error)} ({error}). Set Device.CaptureSteps = false: launch by launch, the one at fault shows.");
    }
}
