using System.Runtime.Intrinsics;
using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>
/// The devices that the kernel suite runs on: the host route with two threads, ILGPU's simulator, and every GPU of this
/// machine. The environment variable GPUNN_TEST_DEVICE chooses one instead, for example <c>opencl:0</c>. Each is opened
/// once and shared; a test that changes a device opens one of its own.
/// </summary>
public static class Devices
{
    private const string Chosen = "GPUNN_TEST_DEVICE";

    private static readonly Dictionary<string, Device> shared = [];
    private static readonly Dictionary<(int Threads, int Lane), Device> hosts = [];

    /// <summary>Their names, for a source of fixtures or values.</summary>
    public static IReadOnlyList<string> Names { get; } =
        Environment.GetEnvironmentVariable(Chosen) is { Length: > 0 } one
            ? [one]
            : [.. DeviceCatalogue.List().Where(device => device.Refused is null).Select(device => device.Name)];

    /// <summary>The devices, for a source of fixtures.</summary>
    public static IEnumerable<TestFixtureData> All => Names.Select(name => new TestFixtureData(Shared(name)).SetArgDisplayNames(name));

    /// <summary>Floats in the widest vector that this machine runs at full speed.</summary>
    public static int WidestLane => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    /// <summary>A route to one of them; the test disposes it.</summary>
    public static Route Open(string name) => DeviceCatalogue.Open(name);

    /// <summary>One of them, for all tests.</summary>
    public static Device Shared(string name)
    {
        if (name == "cpu")
            return Host(threads: 2);
        if (!shared.TryGetValue(name, out var device))
            shared[name] = device = Device.On(DeviceCatalogue.Open(name));
        return device;
    }

    /// <summary>A host route, for all tests.</summary>
    /// <param name="threads">Its threads.</param>
    /// <param name="lane">Floats a vector has; the widest this machine has if null.</param>
    public static Device Host(int threads = 2, int? lane = null)
    {
        var key = (threads, lane ?? WidestLane);
        if (!hosts.TryGetValue(key, out var device))
            hosts[key] = device = Device.On(new HostRoute(threads, key.Item2));
        return device;
    }

    internal static void Close()
    {
        foreach (var device in shared.Values.Concat(hosts.Values))
            device.Dispose();
        shared.Clear();
        hosts.Clear();
    }
}

/// <summary>Closes the shared devices after the last test.</summary>
[SetUpFixture]
public sealed class DevicesEnd
{
    [OneTimeTearDown]
    public void Close() => Devices.Close();
}
