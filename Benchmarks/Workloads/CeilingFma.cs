using GpuNN.Kernels;

namespace GpuNN.Benchmarks;

/// <summary>What arithmetic can do at most: independent chains of float32 multiply-adds in registers.</summary>
public sealed class CeilingFma : Workload
{
    private const int OnProcessor = 1 << 13;
    private const int OnAccelerator = 1 << 19;
    private const int Rounds = 4096;

    /// <inheritdoc/>
    public override string Name => "ceiling_fma";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Ceilings;

    /// <inheritdoc/>
    public override string Shape => "float32 multiply-adds in registers";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var route = device.Route;
        var sums = route.Allocate(route is HostRoute ? OnProcessor : OnAccelerator);
        return new Work(() => MultiplyAddKernels.Run(route, sums.View, Rounds))
        {
            Flop = MultiplyAddKernels.Operations(sums.View.Length, Rounds),
            Blocks = [sums],
        };
    }
}
