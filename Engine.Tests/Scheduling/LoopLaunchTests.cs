using GpuNN.Kernels;
using GpuNN.Operations;

namespace GpuNN.Tests;

/// <summary>A loop of a schedule replays one bound body over a sequence, forwards and backwards.</summary>
[TestFixture]
public sealed class LoopLaunchTests
{
    [TestCase(false)]
    [TestCase(true)]
    public void A_body_bound_once_walks_through_its_sequence(bool reverse)
    {
        using var device = Device.On(new HostRoute(threads: 1));
        const int steps = 5, width = 16;
        var sequence = device.Keep(steps * width);
        var result = device.Keep(steps * width);
        var values = Enumerable.Range(0, steps * width).Select(i => (float)i).ToArray();
        device.Route.CopyIn(values, sequence);
        var order = new List<int>();

        // y[t] = max over the step's numbers, broadcast: each step reads and writes its own place.
        var operands = new Operands([sequence.Slice(0, width)], [[1, width]], result.Slice(0, 1), [1, 1])
        {
            Moving = [(0, new MovingView(sequence, 0, width, width)), (1, new MovingView(result, 0, width, 1))],
        };
        new LoopLaunch(steps, [new KernelLaunch(new Max(1, 1), operands), new Note(order)], reverse).Play(device.Route);

        var written = new float[steps * width];
        device.Route.CopyOut(result, written);
        for (var t = 0; t < steps; t++)
            Assert.That(written[t * width], Is.EqualTo((t + 1) * width - 1f), $"step {t}");
        Assert.That(order, Is.EqualTo(reverse ? [4, 3, 2, 1, 0] : new[] { 0, 1, 2, 3, 4 }));
    }

    private sealed class Note(List<int> order) : Launch
    {
        private int at;

        public override void Play(Route route) => order.Add(at);

        public override void MoveTo(int iteration) => at = iteration;
    }
}
