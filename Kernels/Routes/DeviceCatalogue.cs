using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GpuNN.Kernels;

/// <summary>The devices of this machine, and how to open one.</summary>
public static class DeviceCatalogue
{
    private const string Cpu = "cpu", Cuda = "cuda", OpenCL = "opencl", Simulator = "ilgpu-cpu";

    /// <summary>All devices, the refused ones with the reason. CUDA is asked before OpenCL, whose drivers can be bad.</summary>
    public static IReadOnlyList<DeviceListing> List() =>
    [
        new(Cpu, HostRoute.DefaultDescription),
        .. CudaEntries().Select(entry => entry.Listing),
        .. OpenCLEntries().Select(entry => entry.Listing),
        new(Simulator, "ILGPU's simulator of a device, slow: for testing kernels"),
    ];

    /// <summary>
    /// Opens a device. Without a name: the first CUDA device, else the first OpenCL GPU, else <c>cpu</c>.
    /// </summary>
    /// <param name="name"><c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>opencl</c>, <c>opencl:0</c> or <c>ilgpu-cpu</c>; a kind alone means its first usable device.</param>
    /// <exception cref="DeviceException">No such device, or it cannot be used.</exception>
    public static Route Open(string? name = null)
    {
        if (name is null)
            return FirstGpu() ?? new HostRoute();
        var kind = name.Trim().ToLowerInvariant();
        switch (kind)
        {
            case Cpu:
                return new HostRoute();
            case Simulator:
                return Start(builder => builder.CPU(CPUDevice.Default), context => context.CreateCPUAccelerator(0), Simulator);
        }
        Entry[] entries = kind.Split(':')[0] switch
        {
            Cuda => CudaEntries(),
            OpenCL => OpenCLEntries(),
            _ => [],
        };
        var found = kind is Cuda or OpenCL
            ? entries.FirstOrDefault(entry => entry.Device is not null) ?? entries[0]
            : entries.FirstOrDefault(entry => entry.Listing.Name == kind);
        if (found is null)
            throw Unknown(name);
        return found.Device is null
            ? throw new DeviceException($"The device \"{name}\" cannot be used: {found.Listing.Refused}. {Choices()}")
            : Open(found);
    }

    private static Route? FirstGpu()
    {
        var usable = CudaEntries().FirstOrDefault(entry => entry.Device is not null)
            ?? OpenCLEntries().FirstOrDefault(entry => entry.Device is CLDevice { DeviceType: CLDeviceType.CL_DEVICE_TYPE_GPU });
        return usable is null ? null : Open(usable);
    }

    private static DeviceRoute Open(Entry entry) => entry.Device switch
    {
        CudaDevice cuda => Start(
            builder => builder.Cuda(device => device.DeviceId == cuda.DeviceId), context => context.CreateCudaAccelerator(0), entry.Listing.Name),
        CLDevice opencl => Start(
            builder => builder.OpenCL(device => device.DeviceId == opencl.DeviceId), context => context.CreateCLAccelerator(0), entry.Listing.Name),
        _ => throw new DeviceException($"The device \"{entry.Listing.Name}\" cannot be used: {entry.Listing.Refused}."),
    };

    private static DeviceRoute Start(Action<Context.Builder> configure, Func<Context, Accelerator> create, string name)
    {
        Context? context = null;
        try
        {
            context = Context.Create(builder => configure(builder.Optimize(DeviceKernels.Level)));
            return new DeviceRoute(create(context), name);
        }
        catch (Exception cause)
        {
            context?.Dispose();
            throw new DeviceException($"The device \"{name}\" was found but could not be started: {cause.Message} Check its driver, or use \"{Cpu}\".", cause);
        }
    }

    private static Entry[] CudaEntries() => Entries(Cuda, "NVIDIA GPUs", "no CUDA driver was found",
        () => CudaAPI.CurrentAPI.Init(), () => CudaDevice.GetDevices(_ => true), device => device is not CudaDevice cuda
            ? "not a CUDA device"
            : cuda.Architecture is null
                ? "its compute capability is unknown to ILGPU"
                : cuda.InstructionSet is null
                    ? $"its driver ({cuda.DriverVersion}) is too old for ILGPU"
                    : null);

    private static Entry[] OpenCLEntries() => Entries(OpenCL, "OpenCL devices", "no OpenCL library (libOpenCL) was found",
        () => CLAPI.CurrentAPI.Init(), () => CLDevice.GetDevices(_ => true), device => device is not CLDevice opencl
            ? "not an OpenCL device"
            : !opencl.Capabilities.GenericAddressSpace
                ? "its driver has no generic address space (OpenCL 2.0, or 3.0 with that feature)"
                : null);

    private static Entry[] Entries(
        string kind, string what, string missing, Func<bool> start, Func<IEnumerable<Device>> find, Func<Device, string?> refuse)
    {
        try
        {
            if (!Starts(start))
                return [new(new(kind, what, missing), null)];
            var devices = find().ToArray();
            return devices.Length == 0
                ? [new(new(kind, what, "its driver lists no device"), null)]
                : [.. devices.Select((device, index) =>
                {
                    var refused = refuse(device);
                    return new Entry(new($"{kind}:{index}", device.Name.Trim(), refused), refused is null ? device : null);
                })];
        }
        catch (Exception cause)
        {
            // A driver may be there and broken; that must not hide the other devices.
            return [new(new(kind, what, $"asking its driver failed: {cause.Message}"), null)];
        }
    }

    private static bool Starts(Func<bool> start)
    {
        try
        {
            return start();
        }
        catch (NotSupportedException)
        {
            // What ILGPU says of a library that it cannot load.
            return false;
        }
    }

    private static DeviceException Unknown(string name) => new($"There is no device \"{name}\". {Choices()}");

    private static string Choices()
    {
        var all = List();
        var usable = string.Join(", ", all.Where(listing => listing.Refused is null).Select(listing => listing.Name));
        var refused = string.Join("; ", all.Where(listing => listing.Refused is not null).Select(listing => $"{listing.Name}: {listing.Refused}"));
        return $"Use one of: {usable}." + (refused.Length == 0 ? "" : $" Not usable here: {refused}.");
    }

    /// <summary>A listing with ILGPU's device, which is null where the listing is refused.</summary>
    private sealed record Entry(DeviceListing Listing, Device? Device);
}
