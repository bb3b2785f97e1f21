namespace GpuNN.Benchmarks;

/// <summary>Every workload, in the order in which they run. A new one is one file and one line here.</summary>
public static class WorkloadList
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new CeilingCopy(),
        new CeilingFma(),
        new Gemm("gemm_256", 256, 256, 256),
        new Gemm("gemm_512", 512, 512, 512),
        new Gemm("gemm_1024", 1024, 1024, 1024),
        new Gemm("gemm_2048", 2048, 2048, 2048),
        new Gemm("gemm_tall", m: 128, k: 784, n: 512),
        new Convolution(32, 64, kernel: 3, backward: false),
        new Convolution(32, 64, kernel: 3, backward: true),
        new Convolution(1, 32, kernel: 5, backward: false),
        new Convolution(1, 32, kernel: 5, backward: true),
        new ReluForward(),
        new MaxPool(),
        new SoftmaxRows(),
        new LayerNormWorkload(),
        new BatchNormWorkload(),
        new ReduceSum(axis: 0),
        new ReduceSum(axis: 1),
        new AdamStep(),
        new MlpMnist(),
        new MlpSmall(),
        new LenetMnist(),
        new ResnetCifar(),
        new Autoencoder(),
        new RecurrentStep("lstm", gates: 4, (inputs, units) => new Lstm(inputs, units) { TimeFirst = true }),
        new RecurrentStep("lstm_scan", gates: 4, (inputs, units) => new ScannedLstm(inputs, units)),
        new RecurrentStep("gru", gates: 3, (inputs, units) => new Gru(inputs, units) { TimeFirst = true }),
        new Transformer(),
    ];

    /// <summary>
    /// The workloads of a comma-separated list of names and groups, in the order of <see cref="All"/>; <c>all</c> is every one.
    /// </summary>
    /// <exception cref="ArgumentException">A name is neither a workload nor a group.</exception>
    public static IReadOnlyList<Workload> Choose(string names)
    {
        var wanted = names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var name in wanted)
            if (!All.Any(workload => Fits(workload, name)))
                throw new ArgumentException(
                    $"There is no workload or group {name}. There are: {string.Join(", ", All.Select(workload => workload.Name))}.");
        return [.. All.Where(workload => wanted.Any(name => Fits(workload, name)))];
    }

    private static bool Fits(Workload workload, string name) =>
        name == "all" || name == workload.Name || string.Equals(name, workload.Group.ToString(), StringComparison.OrdinalIgnoreCase);
}
