using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace GpuNN.Tests;

/// <summary>What recording again costs, and that a step allocates nothing.</summary>
[Category("Speed"), NonParallelizable]
public sealed class SpeedTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(Devices.Open("cpu"));

    [TearDown]
    public void Close() => device.Dispose();

    // Other work on the machine comes and goes: the fastest quarter and a few attempts are for it.
    [Test, Retry(5)]
    public void A_graph_of_known_structure_is_recorded_again_in_under_2_milliseconds()
    {
        for (var warmUp = 0; warmUp < 40; warmUp++)
            Record(seed: 1);
        Assert.That(Fastest(25, _ => Record(seed: 1)), Is.LessThan(2 * Slowness()));
    }

    [Test, Retry(5)]
    public void A_graph_of_new_structure_is_recorded_in_under_50_milliseconds()
    {
        for (var warmUp = 0; warmUp < 10; warmUp++)
            Record(seed: Next());
        Assert.That(Fastest(9, _ => Record(seed: Next())), Is.LessThan(50 * Slowness()));
    }

    [Test]
    public void A_step_allocates_nothing()
    {
        var model = new Sequential(new Dense(20, 32), new Relu(), new Dropout(0.1f), new Dense(32, 5));
        var train = device.Compile(graph =>
        {
            var logits = model.Forward(graph.Input("x", [graph.Batch, 20]));
            var loss = Loss.SoftmaxCrossEntropy.Of(logits, graph.Labels("label", [graph.Batch], classes: 5));
            graph.Minimise(loss, model.Parameters, new Adam(1e-3f) { ClipNorm = 1 });
            return loss.Named("loss");
        });
        float[] x = [.. Enumerable.Range(0, 16 * 20).Select(i => i % 7 * 0.1f)], shortX = x[..(3 * 20)];
        int[] labels = [.. Enumerable.Range(0, 16).Select(i => i % 5)], shortLabels = labels[..3];
        float last = 0;
        void Step(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                last = train.Run(x, labels)["loss"].Scalar();
                // The last batch of an epoch is short.
                if (step % 10 == 9)
                    train.Run(shortX, shortLabels);
            }
        }
        Step(100);
        // The test runner's own threads allocate now and then.
        var grown = Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetTotalAllocatedBytes(true);
            Step(1000);
            return GC.GetTotalAllocatedBytes(true) - before;
        });
        Assert.That(grown, Is.Zero);
        Assert.That(last, Is.GreaterThan(0).And.LessThan(Math.Log(5)));
    }

    // The bars are milliseconds of a processor with 4.2 GHz; one of a slower clock may take longer in proportion, and no more.
    private static double Slowness()
    {
        const double reference = 4.2, cyclesOfMultiply = 3, count = 10_000_000;
        var nanoseconds = Enumerable.Range(0, 7).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            Chain((int)count);
            return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        });
        var slowness = Math.Max(1, reference * nanoseconds / (cyclesOfMultiply * count));
        TestContext.Out.WriteLine($"clock {reference / slowness:F2} GHz");
        return slowness;
    }

    // Each multiplication waits for the one before.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static long Chain(int count)
    {
        var x = 3L;
        for (var i = 0; i < count; i++)
            x *= 0x5851F42D4C957F2D;
        return x;
    }

    private static int structures = 1000;

    private static int Next() => structures++;

    // 100 nodes and more: pointwise functions in a random order, some products and sums among them.
    private double Record(int seed)
    {
        float[] x = new float[12 * 16], w = new float[16 * 16];
        var nodes = 0;
        var function = device.Compile(graph =>
        {
            var random = new Random(seed);
            var (y, weights) = (graph.Input("x", [12, 16]), graph.Input("w", [16, 16]));
            for (nodes = 0; nodes < 100; nodes++)
            {
                y = (nodes % 20, random.Next(6)) switch
                {
                    (10, _) => y.MatMul(weights),
                    (19, _) => y - y.Mean(1, keepAxis: true),
                    (_, 0) => y.Tanh(),
                    (_, 1) => y.Sigmoid(),
                    (_, 2) => y * 0.5f,
                    (_, 3) => y + 0.25f,
                    (_, 4) => y.Square(),
                    _ => -y,
                };
            }
            return y;
        });
        var start = Stopwatch.GetTimestamp();
        function.Run(Feed.Of("x", x, [12, 16]), Feed.Of("w", w, [16, 16]));
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    // Other work on the machine only ever adds to a time.
    private static double Fastest(int times, Func<int, double> measure)
    {
        var fastest = Enumerable.Range(0, times).Min(measure);
        TestContext.Out.WriteLine($"fastest of {times}: {fastest:F2} ms");
        return fastest;
    }
}
