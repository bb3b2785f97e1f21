using System.Globalization;
using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

[Category("Kernels")]
public sealed class LaneSwitchTests
{
    /// <summary>Set by <c>.ci/narrow</c>, which switches instruction sets off and says what must be left.</summary>
    private const string Expected = "GPUNN_TEST_LANES";

    [Test]
    public void Switching_instruction_sets_off_narrows_the_host_route()
    {
        using var route = new HostRoute(threads: 1);
        var expected = Environment.GetEnvironmentVariable(Expected);
        if (expected is { Length: > 0 })
            Assert.That(route.LaneWidth, Is.EqualTo(int.Parse(expected, CultureInfo.InvariantCulture)));
        else
            Assert.That(route.LaneWidth, Is.AnyOf(4, 8, 16));
    }
}
