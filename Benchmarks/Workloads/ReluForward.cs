namespace GpuNN.Benchmarks;

/// <summary>y = max(x, 0) over 16 Mi floats: a pointwise function that memory alone limits.</summary>
public sealed class ReluForward : Workload
{
    private const int Count = 16 << 20;

    /// <inheritdoc/>
    public override string Name => "relu_fwd_16m";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Kernels;

    /// <inheritdoc/>
    public override string Shape => $"{Count}";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var relu = device.Compile(graph => graph.Input("x", [Count]).Relu());
        relu.Run(RandomNumbers.Normal(Count, seed: 1));
        return new Work(() => relu.Run()) { Bytes = 2.0 * sizeof(float) * Count };
    }
}
