using GpuNN.Kernels;

namespace GpuNN.Benchmarks;

/// <summary>What memory can do at most: a copy within the device, counted as bytes read and bytes written.</summary>
public sealed class CeilingCopy : Workload
{
    private const long OnProcessor = 64L << 20;
    private const long OnAccelerator = 256L << 20;

    /// <inheritdoc/>
    public override string Name => "ceiling_copy";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Ceilings;

    /// <inheritdoc/>
    public override string Shape => "64Mi float copy";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var route = device.Route;
        var count = route is HostRoute ? OnProcessor : OnAccelerator;
        var source = route.Allocate(count);
        var target = route.Allocate(count);
        route.Fill(source.View, 1.5f);
        return new Work(() => route.Copy(source.View, target.View))
        {
            Bytes = 2.0 * sizeof(float) * count,
            Blocks = [source, target],
        };
    }
}
