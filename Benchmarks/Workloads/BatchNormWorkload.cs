namespace GpuNN.Benchmarks;

/// <summary>
/// Batch normalisation of 64 x 64 x 28 x 28 in training mode, running statistics included, then the gradients of x, gain and bias from a
/// given dy.
/// </summary>
public sealed class BatchNormWorkload : Workload
{
    private static readonly Shape x = [64, 64, 28, 28];

    /// <inheritdoc/>
    public override string Name => "batchnorm_fwdbwd";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Kernels;

    /// <inheritdoc/>
    public override string Shape => "64x64x28x28";

    /// <inheritdoc/>
    public override Work Build(Device device) => NormalisationStep.Make(device, new BatchNorm(x[1]), x);
}
