using ILGPU.Runtime;

namespace GpuNN.Kernels;

/// <summary>A launch, or a copy within the device, with its operands: a struct that can be queued now, or kept and queued again.</summary>
public interface IDeviceLaunch
{
    /// <summary>Queues it on a stream.</summary>
    void Run(AcceleratorStream stream);
}
