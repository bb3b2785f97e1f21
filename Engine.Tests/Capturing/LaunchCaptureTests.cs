using GpuNN.Kernels;
using ILGPU;

namespace GpuNN.Tests;

/// <summary>Launches that a route captures: run by a replay alone, with the operands of the capture; as a list and as a driver's graph.</summary>
[Category("Kernels")]
public sealed class LaunchCaptureTests
{
    private RecordingGraphDriver driver = null!;
    private DeviceRoute route = null!;
    private Block block = null!;

    [SetUp]
    public void Open()
    {
        driver = new RecordingGraphDriver();
        route = SmallDevice.Route(driver);
        block = route.Allocate(8);
    }

    [TearDown]
    public void Close()
    {
        block.Dispose();
        route.Dispose();
    }

    [Test]
    public void A_capture_runs_nothing_and_a_replay_everything_in_order([Values] bool asGraph)
    {
        using var listing = asGraph ? null : SmallDevice.Route();
        var on = listing ?? route;
        using var memory = on.Allocate(8);
        var (from, to) = (memory.View.Slice(0, 4), memory.View.Slice(4, 4));
        void Step()
        {
            on.Each(4, new Doubling(from.Floats));
            on.Copy(from, to);
            on.Fill(from.Slice(0, 1), 7);
        }
        on.CopyIn([1f, 2, 3, 4], from);
        Step();
        on.CopyIn([1f, 2, 3, 4, 0, 0, 0, 0], memory.View);
        using (var captured = on.Capture(Step))
        {
            Assert.That((captured.Count, captured.IsOneLaunch), Is.EqualTo((3, asGraph)));
            Assert.That(Read(on, memory), Is.EqualTo(new float[] { 1, 2, 3, 4, 0, 0, 0, 0 }));
            captured.Replay();
            Assert.That(Read(on, memory), Is.EqualTo(new float[] { 7, 4, 6, 8, 2, 4, 6, 8 }));
            on.CopyIn([-1f, 0, 0, 0], from);
            captured.Replay();
            Assert.That(Read(on, memory), Is.EqualTo(new float[] { 7, 0, 0, 0, -2, 0, 0, 0 }), "numbers are read when it runs");
        }
        Assert.That(driver.Calls, asGraph
            ? Is.EqualTo(new[] { "BeginCapture", "EndCapture", "Instantiate", "DestroyGraph", "Launch", "Launch", "DestroyExecutable" })
            : Is.Empty);
    }

    [Test]
    public void What_no_replay_could_repeat_is_refused_before_the_driver_hears_of_it()
    {
        route.Fill(block.View, 1);
        Refuses("allocating memory", () => route.Allocate(1));
        Refuses("copying numbers to the device", () => route.CopyIn([1f], block.View.Slice(0, 1)));
        Refuses("reading numbers back", () => route.CopyOut(block.View.Slice(0, 1), new float[1]));
        Refuses("waiting for the device", () => route.Synchronise());
        Refuses("another capture", () => route.Capture(() => { }));
        Refuses("loading a kernel", () => route.Each(1, new Doubling(block.View.Floats)));
        Assert.That(driver.Calls, Is.Empty);
        // The route is as it was.
        route.Each(8, new Doubling(block.View.Floats));
        Assert.That(Read(route, block), Is.All.EqualTo(2));
    }

    [TestCase("BeginCapture", "begin to capture launches", "BeginCapture")]
    [TestCase("Queue", "a launch was refused", "BeginCapture EndCapture DestroyGraph")]
    [TestCase("EndCapture", "capture launches", "BeginCapture EndCapture")]
    [TestCase("Instantiate", "make a captured graph ready", "BeginCapture EndCapture Instantiate DestroyGraph")]
    public void A_driver_that_fails_leaves_the_stream_open_for_work(string failing, string message, string calls)
    {
        driver.Failing = failing;
        route.Fill(block.View, 1);
        var error = Assert.Throws<DeviceException>(() => route.Capture(() => route.Fill(block.View, 2)))!;
        Assert.That(error.Message, Does.Contain(message));
        Assert.That(error.Message.Contains("CUDA_ERROR_STREAM_CAPTURE_INVALIDATED (901)"), Is.EqualTo(failing != "Queue"), "the driver's own name of the error");
        Assert.That((string.Join(' ', driver.Calls), driver.IsClean), Is.EqualTo((calls, true)));
        route.Fill(block.View, 3);
        Assert.That(Read(route, block), Is.All.EqualTo(3));
    }

    [Test]
    public void A_launch_that_fails_is_an_error()
    {
        route.Fill(block.View, 1);
        using var captured = route.Capture(() => route.Fill(block.View, 2));
        driver.Failing = "Launch";
        Assert.That(captured.Replay, Throws.TypeOf<DeviceException>().With.Message.StartsWith("The driver could not launch a captured graph: CUDA_ERROR"));
    }

    [Test]
    public void Nothing_makes_no_graph_and_the_host_captures_nothing()
    {
        using var nothing = route.Capture(() => { });
        nothing.Replay();
        Assert.That((nothing.Count, driver.Calls.Count), Is.EqualTo((0, 0)));
        using var host = new HostRoute(1);
        Assert.That(host.Capture(() => Assert.Fail("nothing is to be gained")), Is.Null);
    }

    [Test]
    public void Without_a_driver_a_graph_says_what_is_missing()
    {
        var graphless = new MissingDriver();
        using var without = SmallDevice.Route(graphless);
        using var memory = without.Allocate(1);
        without.Fill(memory.View, 1);
        Assert.That(() => without.Capture(() => without.Fill(memory.View, 2)),
            Throws.TypeOf<DeviceException>().With.Message.StartsWith("The driver has no graphs: ").And.Message.EndsWith("A newer driver has."));
    }

    private void Refuses(string what, Action act) => Assert.That(() => route.Capture(act),
        Throws.TypeOf<DeviceException>().With.Message.EqualTo($"ilgpu-cpu: {what} cannot be captured. Do it before the step, or once in a step that is not captured."));

    private static float[] Read(Route route, Block block)
    {
        var numbers = new float[8];
        route.CopyOut(block.View, numbers);
        return numbers;
    }

    /// <summary>A driver older than graphs.</summary>
    private sealed class MissingDriver : IGraphDriver
    {
        public int BeginCapture() => throw new EntryPointNotFoundException("cuStreamBeginCapture_v2 is not there.");

        public int EndCapture(out nint graph) => throw new NotSupportedException();

        public int Instantiate(nint graph, out nint executable) => throw new NotSupportedException();

        public int Launch(nint executable) => throw new NotSupportedException();

        public int DestroyGraph(nint graph) => throw new NotSupportedException();

        public int DestroyExecutable(nint executable) => throw new NotSupportedException();

        public string NameOf(int error) => throw new NotSupportedException();
    }

    /// <summary>x[i] = 2 x[i].</summary>
    public readonly struct Doubling(ArrayView<float> x) : IBody
    {
        private readonly ArrayView<float> x = x;

        public void Run(int index) => x[index] *= 2;
    }
}
