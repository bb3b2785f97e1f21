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
        var meeting = stackalloc int[2];
        var best = Best(() =>
        {
            meeting[0] = 0;
            route.Split(2, 1, new Meet(meeting), cost: 2000);
        });
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

    /// <summary>Two ranges that wait for each other, so that two threads must run them; on one thread they give up.</summary>
    private readonly struct Meet(int* begun) : IHostJob
    {
        public void Run(int first, int last)
        {
            Interlocked.Increment(ref *begun);
            for (var spin = 0; spin < 10_000 && Volatile.Read(ref *begun) < 2; spin++)
                Thread.SpinWait(1);
        }
    }

    private readonly struct Touch(float* sums) : IHostJob
    {
        public void Run(int first, int last) => sums[first] += last;
    }
}
