using System.Diagnostics;
using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>What a launch on the host route costs. The best of many tries counts, so that a busy neighbour does not show.</summary>
[Category("Speed"), NonParallelizable]
public sealed unsafe class LaunchCostTests
{
    [Test]
    public void An_inline_launch_takes_less_than_300_nanoseconds()
    {
        using var route = new HostRoute(2);
        var sums = stackalloc float[64];
        var best = Best(() => route.Split(16, 16, new Touch(sums)));
        TestContext.Out.WriteLine($"inline launch: {best:N1} ns");
        Assert.That(best, Is.LessThan(300));
    }

    [Test]
    public void A_launch_over_two_threads_takes_less_than_3_microseconds()
    {
        if (Environment.ProcessorCount < 2)
            Assert.Ignore("One processor cannot run two threads at once.");
        using var route = new HostRoute(2);
        var sums = stackalloc float[64];
        var best = Best(() => route.Split(32, 16, new Touch(sums), cost: 4000f / 32));
        TestContext.Out.WriteLine($"fork and join over 2 threads: {best:N0} ns");
        Assert.That(best, Is.LessThan(3000));
    }

    private static double Best(Action launch)
    {
        const int launches = 200;
        var best = double.MaxValue;
        for (var attempt = 0; attempt < 500; attempt++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < launches; i++)
                launch();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / launches);
        }
        return best;
    }

    private readonly struct Touch(float* sums) : IHostJob
    {
        public void Run(int first, int last) => sums[first] += last;
    }
}
