namespace GpuNN.Benchmarks;

/// <summary>
/// A matrix product C = A B without transposes, into memory that is there already.
/// Shapes: A (m, k), B (k, n), C (m, n).
/// </summary>
public sealed class Gemm(string name, int m, int k, int n) : Workload
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Kernels;

    /// <inheritdoc/>
    public override string Shape => $"m={m},k={k},n={n}";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var product = device.Compile(graph => graph.Input("a", [m, k]).MatMul(graph.Input("b", [k, n])));
        product.Run(RandomNumbers.Normal(m * k, seed: 1), RandomNumbers.Normal(k * n, seed: 2));
        return new Work(() => product.Run()) { Flop = 2.0 * m * k * n };
    }
}
