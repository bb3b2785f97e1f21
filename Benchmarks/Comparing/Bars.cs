namespace GpuNN.Benchmarks;

/// <summary>
/// What a workload must reach. On the reference processor: the peer's time over ours. On any other: matrix products
/// reach a share of the machine's own multiply-add rate, everything else is reported without a bar.
/// </summary>
public static class Bars
{
    /// <summary>The share of <c>ceiling_fma</c> that a matrix product reaches on any processor.</summary>
    public const double ShareOfPeak = 0.6;

    private static readonly Dictionary<string, double> Ratios = new()
    {
        ["gemm_512"] = 1.8,
        ["gemm_1024"] = 1.8,
        ["gemm_2048"] = 1.8,
        ["gemm_tall"] = 2.0,
        ["conv3x3_fwd"] = 1.0,
        ["conv3x3_fwdbwd"] = 1.0,
        ["conv5x5_fwdbwd"] = 2.5,
        ["maxpool2x2_fwdbwd"] = 3.0,
        ["layernorm_fwdbwd"] = 1.2,
        ["batchnorm_fwdbwd"] = 1.2,
        ["relu_fwd_16m"] = 0.95,
        ["softmax_rows"] = 0.95,
        ["reduce_sum_axis0"] = 0.95,
        ["reduce_sum_axis1"] = 0.95,
        ["adam_step_10m"] = 0.95,
        ["mlp_mnist"] = 2.0,
        ["mlp_small"] = 8.0,
        ["lenet_mnist"] = 1.6,
        ["resnet_cifar"] = 1.1,
        ["autoencoder"] = 2.0,
        ["lstm"] = 1.2,
        ["gru"] = 2.5,
        ["transformer"] = 1.8,
    };

    /// <summary>The workloads with a promised ratio.</summary>
    public static IReadOnlyCollection<string> Promised => Ratios.Keys;

    /// <summary>The least ratio of the peer's time to ours on the reference processor, or null where none is promised.</summary>
    public static double? Ratio(string workload) => Ratios.TryGetValue(workload, out var ratio) ? ratio : null;

    /// <summary>Whether the workload is a matrix product alone, measured against the machine's peak everywhere.</summary>
    public static bool IsProduct(string workload) => workload.StartsWith("gemm_", StringComparison.Ordinal);
}
