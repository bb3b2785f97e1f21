using Microsoft.Extensions.Logging;

namespace GpuNN.Tests;

/// <summary>
/// Steps that are captured and replayed give the bits of steps that are launched one by one; one graph is launched a step; whatever
/// changes the launches drops it, and a driver that fails is told once and does no harm. On the simulator with a driver that records.
/// </summary>
[Category("Kernels")]
public sealed class CapturedStepTests
{
    private RecordingGraphDriver driver = null!;

    private static IEnumerable<string> Names => CapturedTraining.Names;

    [SetUp]
    public void Make() => driver = new RecordingGraphDriver();

    [TestCaseSource(nameof(Names))]
    public void Replayed_steps_have_the_bits_of_launched_ones_and_are_one_launch_each(string name)
    {
        float[] Train(RecordingGraphDriver? graphs, bool captures)
        {
            using var device = Device.On(SmallDevice.Route(graphs));
            device.CaptureSteps = captures;
            return CapturedTraining.Run(device, name);
        }
        var launched = Train(null, captures: false);
        Assert.That(launched, Is.All.Matches<float>(float.IsFinite));
        Assert.That(Train(null, captures: true), Is.EqualTo(launched), "as a list");
        Assert.That(Train(driver, captures: true), Is.EqualTo(launched), "as a graph");
        Assert.That(driver.Calls, Is.EqualTo((string[])
        [
            "BeginCapture", "EndCapture", "Instantiate", "DestroyGraph",
            .. Enumerable.Repeat("Launch", CapturedTraining.Steps - 1),
            "DestroyExecutable",
        ]), "the first step is launched by itself; the device frees the graph when it closes");
    }

    // A number that a capture had frozen would show: the host sees each of them.
    [TestCaseSource(nameof(Names))]
    public void The_losses_depend_on_what_changes_from_step_to_step(string name)
    {
        float[] Train(bool jumps, bool rates)
        {
            using var device = Device.On(new Kernels.HostRoute(1));
            return CapturedTraining.Run(device, name, jumps, rates);
        }
        var changing = Train(jumps: true, rates: true);
        Assert.That(Train(jumps: false, rates: true), Is.Not.EqualTo(changing), "the step of the random streams");
        Assert.That(Train(jumps: true, rates: false), Is.Not.EqualTo(changing), "the learning rate");
    }

    [Test]
    public void The_plan_says_what_is_captured()
    {
        using var device = Device.On(SmallDevice.Route(driver));
        var function = Sum(device, 3);
        Run(function, 3, 1);
        Assert.That((function.Plan.CapturedLaunches, function.Plan.IsOneLaunch), Is.EqualTo((0, false)));
        Run(function, 3, 1);
        Assert.That((function.Plan.CapturedLaunches, function.Plan.IsOneLaunch), Is.EqualTo((2, true)));
        Assert.That(function.Plan.ToString(), Does.StartWith("sum 3: 2 launches, captured as one of 2\n"));
        device.CaptureSteps = false;
        Run(function, 3, 1);
        Assert.That((function.Plan.CapturedLaunches, driver.IsClean), Is.EqualTo((0, true)), "switched off");
        using var listing = Device.On(SmallDevice.Route());
        var other = Sum(listing, 3);
        Run(other, 3, 2);
        Assert.That(other.Plan.ToString(), Does.StartWith("sum 3: 2 launches, replayed from a list of 2\n"));
    }

    [Test]
    public void A_grown_arena_drops_a_graph_and_it_is_captured_again()
    {
        using var device = Device.On(SmallDevice.Route(driver));
        Function small = Sum(device, 3), large = Sum(device, 40);
        Run(small, 3, 3);
        Run(large, 40, 1);
        Run(small, 3, 1);
        Assert.That((small.Plan.CapturedLaunches, driver.Ready), Is.EqualTo((0, 0)), "launched one by one on the new memory");
        Run(small, 3, 2);
        Run(large, 40, 3);
        Assert.That((small.Plan.CapturedLaunches, large.Plan.CapturedLaunches, driver.Ready), Is.EqualTo((2, 2, 2)));
    }

    [Test]
    public void A_parameter_that_was_elsewhere_drops_a_graph()
    {
        using Device here = Device.On(SmallDevice.Route(driver)), there = Device.On(new Kernels.HostRoute(1));
        var p = new Parameter("p", [2], Inits.Zeros);
        Function Counting(Device device) => device.Compile(graph => graph.Update(p, p + 1f));
        Function first = Counting(here), second = Counting(there);
        for (var time = 0; time < 3; time++)
            first.Run();
        Assert.That(driver.Ready, Is.EqualTo(1));
        second.Run();
        for (var time = 0; time < 3; time++)
            first.Run();
        Assert.That(p.ToArray(), Is.All.EqualTo(7));
    }

    [Test]
    public void Another_group_of_rates_drops_a_graph()
    {
        float[] Train(bool captures)
        {
            using var device = Device.On(SmallDevice.Route(driver));
            device.CaptureSteps = captures;
            Parameter p = new("p", [2], Inits.Zeros), q = new("q", [2], Inits.Zeros);
            var step = device.Compile(graph => graph.Minimise((p - 3f).Square().Sum() + (q - 2f).Square().Sum(), [p, q], new Adam(0.1f)));
            for (var time = 0; time < 8; time++)
            {
                q.RateScale = time < 4 ? 1 : 0.5f;
                step.Run();
                // Launched by itself: the first step of all, and the first with a group more.
                Assert.That(step.Plan.CapturedLaunches > 0, Is.EqualTo(captures && time % 4 > 0), $"step {time}");
            }
            return [.. p.ToArray(), .. q.ToArray()];
        }
        Assert.That(Train(captures: true), Is.EqualTo(Train(captures: false)));
    }

    [Test]
    public void Profiled_runs_and_those_that_look_for_bad_values_are_launched_one_by_one()
    {
        using var device = Device.On(SmallDevice.Route(driver));
        var function = Sum(device, 3);
        Run(function, 3, 2);
        driver.Calls.Clear();
        function.Profiling = true;
        Run(function, 3, 1);
        Assert.That(function.Plan.Lines.Select(line => line.Milliseconds), Is.All.GreaterThan(0));
        function.Profiling = false;
        device.Checks = Checks.FirstBadValue;
        Run(function, 3, 3);
        Assert.That(driver.Calls, Is.Empty);
        device.Checks = Checks.None;
        Run(function, 3, 1);
        Assert.That(driver.Calls, Is.EqualTo(new[] { "Launch" }), "the graph is still there");
    }

    [Test]
    public void A_driver_that_cannot_capture_is_told_once([Values("BeginCapture", "Queue", "EndCapture", "Instantiate")] string failing)
    {
        driver.Failing = failing;
        var log = new Warnings();
        using (var device = Device.On(SmallDevice.Route(driver), log))
        {
            var function = Sum(device, 3);
            Run(function, 3, 5);
            Assert.That(function.Plan.CapturedLaunches, Is.Zero);
        }
        Assert.That((log.Lines.Count, driver.IsClean), Is.EqualTo((1, true)));
        Assert.That(log.Lines[0], Does.StartWith("sum 3: runs launch by launch, because its step could not be captured. The driver could not "));
        Assert.That(driver.Calls.Count(call => call == "BeginCapture"), Is.EqualTo(1), "what failed is not tried again");
    }

    [Test]
    public void Each_shape_has_a_graph_and_frees_it_when_it_is_forgotten()
    {
        using var device = Device.On(SmallDevice.Route(driver));
        var function = device.Compile(graph => graph.Input("x", [graph.Batch]) * 2f);
        for (var batch = 1; batch <= 18; batch++)
            for (var time = 0; time < 3; time++)
                Assert.That(function.Run(Feed.Of("x", Enumerable.Repeat(1f + time, batch).ToArray(), [batch]))[0].ToArray(), Is.All.EqualTo(2 + 2 * time));
        Assert.That(driver.Ready, Is.EqualTo(16));
    }

    [Test, NonParallelizable]
    public void A_replayed_step_allocates_nothing_on_the_host()
    {
        using var device = Device.On(SmallDevice.Route(driver));
        var job = CapturedTraining.Classifier(device, new Sequential(new Dense(16, 8), new Relu(), new Dropout(0.3f), new Dense(8, 3)), new Adam(0.01f));
        for (var step = 0; step < 3; step++)
            job.Run(step, 1);
        // What a driver would do is not the host's: its launches do nothing, and each step has the feeds of the last.
        driver.IsIdle = true;
        const int steps = 1000;
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.That(GarbageMeter.Least(() =>
        {
            for (var step = 0; step < steps; step++)
                job.Function.Run();
        }), Is.Zero);
        TestContext.Out.WriteLine($"{System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMicroseconds / steps:F2} us a step of {job.Function.Plan.CapturedLaunches} launches, at most");
        driver.IsIdle = false;
    }

    // Two launches: a product and its sum.
    private static Function Sum(Device device, int size) => device.Compile(graph =>
    {
        var x = graph.Input("x", [size, size]);
        return x.MatMul(x).Sum();
    }, name: $"sum {size}");

    private static void Run(Function function, int size, int times)
    {
        for (var time = 0; time < times; time++)
            Assert.That(function.Run(Enumerable.Repeat(1f + time, size * size).ToArray())[0].Scalar(), Is.EqualTo((1 + time) * (1 + time) * size * size * size));
    }

    private sealed class Warnings : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? error, Func<TState, Exception?, string> format) => Lines.Add(format(state, error));
    }
}
