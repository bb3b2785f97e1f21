namespace GpuNN.Benchmarks;

/// <summary>Sum of a matrix of 4096 x 4096 over its rows (axis 0: one number a column) or over its columns (axis 1).</summary>
public sealed class ReduceSum(int axis) : Workload
{
    private const int Side = 4096;

    /// <inheritdoc/>
    public override string Name => $"reduce_sum_axis{axis}";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Kernels;

    /// <inheritdoc/>
    public override string Shape => $"{Side}x{Side} -> {Side}";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var sum = device.Compile(graph => graph.Input("x", [Side, Side]).Sum(axis));
        sum.Run(RandomNumbers.Normal(Side * Side, seed: 1));
        return new Work(() => sum.Run()) { Bytes = sizeof(float) * ((double)Side * Side + Side) };
    }
}
