using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

[Category("Kernels")]
public sealed class MultiplyAddTests
{
    private const int Rounds = 7;

    [Test]
    public void Every_width_of_the_host_runs_all_chains([Values(4, 8, 16)] int width)
    {
        using var route = new HostRoute(threads: 2, width);
        var sums = Sums(route, 64);
        for (var i = 0; i < sums.Length; i++)
            Assert.That(sums[i], Is.EqualTo(Reference(i / width)).Within(1e-3).Percent);
    }

    [TestCaseSource(typeof(Devices), nameof(Devices.Names))]
    public void Every_device_runs_all_chains(string name)
    {
        using var route = Devices.Open(name);
        var sums = Sums(route, 32);
        // the host's index is a vector, a device's an element
        var width = route is HostRoute host ? host.LaneWidth : 1;
        for (var i = 0; i < sums.Length; i++)
            Assert.That(sums[i], Is.EqualTo(Reference(i / width)).Within(1e-3).Percent);
    }

    private static float[] Sums(Route route, int length)
    {
        using var block = route.Allocate(length);
        MultiplyAddKernels.Run(route, block.View, Rounds);
        var sums = new float[length];
        route.CopyOut(block.View, sums);
        return sums;
    }

    private static double Reference(int index)
    {
        var sum = 0.0;
        for (var chain = 0; chain < MultiplyAddKernels.Chains; chain++)
        {
            var a = index + 0.001 * chain;
            for (var round = 0; round < Rounds; round++)
                a = a * 0.999 + 0.001;
            sum += a;
        }
        return sum;
    }
}
