using GpuNN.Kernels;

namespace GpuNN.Benchmarks;

/// <summary>One Adam step on one tensor of ten million parameters with a given gradient: 4 reads and 3 writes each.</summary>
public sealed class AdamStep : Workload
{
    private const int Count = 10_000_000;

    /// <inheritdoc/>
    public override string Name => "adam_step_10m";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Kernels;

    /// <inheritdoc/>
    public override string Shape => $"{Count}";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var route = device.Route;
        var numbers = OptimiserScalars.Initial(1e-3f, beta1: 0.9f, beta2: 0.999f, epsilon: 1e-8f);
        var scalars = route.Allocate(numbers.Length);
        route.CopyIn(numbers, scalars.View);
        Block[] blocks = [.. Enumerable.Range(0, 4).Select(_ => route.Allocate(Count)), scalars];
        var (parameters, gradients, mean, square) = (blocks[0].View, blocks[1].View, blocks[2].View, blocks[3].View);
        route.CopyIn(RandomNumbers.Normal(Count, seed: 1), parameters);
        route.CopyIn(RandomNumbers.Normal(Count, seed: 2), gradients);

        return new Work(() =>
        {
            OptimiserKernels.Advance(route, scalars.View);
            OptimiserKernels.Run<AdamRule>(route, parameters, gradients, mean, square, scalars.View, Count, decayed: 0);
        })
        {
            Bytes = 7.0 * sizeof(float) * Count,
            Params = Count,
            Blocks = blocks,
        };
    }
}
