using GpuNN.Kernels;
using ILGPU;
using ILGPU.Runtime.CPU;

namespace GpuNN.Tests;

/// <summary>ILGPU's simulator with groups of two threads, the fewest there can be: kernels as on any device, in the least time.</summary>
internal static class SmallDevice
{
    public static DeviceRoute Route(IGraphDriver? graphs = null)
    {
        var context = Context.Create(builder => builder.CPU(new CPUDevice(2, 1, 1)).Optimize(DeviceKernels.Level));
        return new DeviceRoute(context.CreateCPUAccelerator(0), "ilgpu-cpu", graphs);
    }
}
