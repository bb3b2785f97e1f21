using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>
/// The devices that the kernel suite runs on: the host route, ILGPU's simulator, and every GPU of this machine. The
/// environment variable GPUNN_TEST_DEVICE chooses one instead, for example <c>opencl:0</c>.
/// </summary>
public static class Devices
{
    private const string Chosen = "GPUNN_TEST_DEVICE";

    /// <summary>Their names, for a source of fixtures or values.</summary>
    public static IReadOnlyList<string> Names { get; } =
        Environment.GetEnvironmentVariable(Chosen) is { Length: > 0 } one
            ? [one]
            : [.. DeviceCatalogue.List().Where(device => device.Refused is null).Select(device => device.Name)];

    /// <summary>A route to one of them; the test disposes it.</summary>
    public static Route Open(string name) => DeviceCatalogue.Open(name);
}
