namespace GpuNN.Benchmarks;

/// <summary>Softmax along each row of a matrix of 4096 x 1000.</summary>
public sealed class SoftmaxRows : Workload
{
    private const int Rows = 4096;
    private const int Classes = 1000;

    /// <inheritdoc/>
    public override string Name => "softmax_rows";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Kernels;

    /// <inheritdoc/>
    public override string Shape => $"{Rows}x{Classes}";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var softmax = device.Compile(graph => graph.Input("x", [Rows, Classes]).Softmax());
        softmax.Run(RandomNumbers.Normal(Rows * Classes, seed: 1));
        return new Work(() => softmax.Run()) { Bytes = 2.0 * sizeof(float) * Rows * Classes };
    }
}
