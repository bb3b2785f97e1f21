using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The routes that a kernel is tested on, opened once for all kernel tests.</summary>
[SetUpFixture]
public sealed class KernelRoutes
{
    public static readonly int[] Widths = [16, 8, 4];

    private static readonly int[] threads = [1, 2, 3, 5];
    private static readonly Dictionary<(int Width, int Threads), HostRoute> hosts = [];
    private static readonly List<Route> devices = [];

    /// <summary>A host route; opened when first asked for.</summary>
    public static HostRoute Host(int width = 16, int threads = 2)
    {
        if (!hosts.TryGetValue((width, threads), out var host))
            hosts[(width, threads)] = host = new HostRoute(threads, width);
        return host;
    }

    /// <summary>Every device route of this machine: ILGPU's simulator at least.</summary>
    public static IReadOnlyList<Route> Devices
    {
        get
        {
            if (devices.Count == 0)
            {
                devices.AddRange(DeviceCatalogue.List()
                    .Where(listing => listing.Refused is null && listing.Name != "cpu").Select(listing => DeviceCatalogue.Open(listing.Name)));
            }
            return devices;
        }
    }

    /// <summary>
    /// Runs a kernel on every device and on the host at every lane width; there with 1, 2, 3 and 5 threads, whose results
    /// must be the same bits.
    /// </summary>
    /// <returns>The results of every device and lane width, with its name.</returns>
    public static IEnumerable<(string Name, float[] Y)> Everywhere(Func<KernelMemory, float[]> run, bool onDevices = true)
    {
        var results = new List<(string, float[])>();
        foreach (var width in Widths)
        {
            var name = $"cpu, {width} lanes";
            var y = KernelMemory.Run(Host(width, 1), run);
            results.Add((name, y));
            foreach (var count in threads.Skip(1))
            {
                var other = KernelMemory.Run(Host(width, count), run);
                Assert.That(Bits(other), Is.EqualTo(Bits(y)), $"{name}: bits with {count} threads against 1");
            }
        }
        if (onDevices)
            results.AddRange(Devices.Select(device => (device.Name, KernelMemory.Run(device, run))));
        return results;
    }

    /// <summary>Runs a kernel everywhere and compares each result with the reference.</summary>
    public static void Verify(double[] expected, double relative, Func<KernelMemory, float[]> run, double absolute = 0, bool onDevices = true)
    {
        foreach (var (name, y) in Everywhere(run, onDevices))
            Close(name, y, expected, relative, absolute);
    }

    /// <summary>Compares numbers; NaN and infinities must be where the reference has them.</summary>
    public static void Close(string name, float[] y, double[] expected, double relative, double absolute = 0)
    {
        Assert.That(y, Has.Length.EqualTo(expected.Length), name);
        for (var k = 0; k < y.Length; k++)
        {
            var same = double.IsFinite(expected[k]) && float.IsFinite(y[k])
                ? Math.Abs(y[k] - expected[k]) <= absolute + relative * Math.Abs(expected[k])
                : expected[k].Equals((double)y[k]);
            if (!same)
                Assert.Fail($"{name}: element {k} of {y.Length} is {y[k]:R}, but should be {expected[k]:R} within {relative} of it and {absolute}.");
        }
    }

    [OneTimeTearDown]
    public void Close()
    {
        foreach (var route in hosts.Values.Concat(devices))
            route.Dispose();
        hosts.Clear();
        devices.Clear();
    }

    private static int[] Bits(float[] y) => [.. y.Select(BitConverter.SingleToInt32Bits)];
}
