namespace GpuNN.Benchmarks;

/// <summary>Layer normalisation of 64 x (64, 28, 28), then the gradients of x, gain and bias from a given dy.</summary>
public sealed class LayerNormWorkload : Workload
{
    private static readonly Shape x = [64, 64, 28, 28];

    /// <inheritdoc/>
    public override string Name => "layernorm_fwdbwd";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Kernels;

    /// <inheritdoc/>
    public override string Shape => "64x64x28x28 over (64,28,28)";

    /// <inheritdoc/>
    public override Work Build(Device device) => NormalisationStep.Make(device, new LayerNorm(x.Skip(1)), x);
}
