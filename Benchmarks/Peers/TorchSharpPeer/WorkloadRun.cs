using static TorchSharp.torch;

namespace GpuNN.Peers;

/// <summary>Builds and measures workloads, and says the result of each as a line of JSON.</summary>
sealed class WorkloadRun(int threads, double seconds, int minIters, string malloc)
{
    public string Measure(Workload workload)
    {
        using var outer = NewDisposeScope();
        var work = workload.Build();
        var others = new OtherLoad();
        var taken = Measurement.Take(work.Step, seconds, minIters);
        double share = others.Fraction();
        var line = Begin(workload)
            .Add("device", "cpu").Add("threads", threads).Add("malloc", malloc)
            .Add("median_ms", taken.Median).Add("min_ms", taken.Minimum).Add("p90_ms", taken.NinthDecile)
            .Add("iters", taken.Samples).Add("inner", taken.Inner);
        if (work.Flop > 0) line.Add("gflop", work.Flop * 1e-9).Add("gflops", work.Flop * 1e-6 / taken.Median);
        if (work.Bytes > 0) line.Add("gbps", work.Bytes * 1e-6 / taken.Median);
        if (work.Samples > 0) line.Add("samples_per_s", work.Samples * 1e3 / taken.Median);
        if (work.Params > 0) line.Add("params", work.Params);
        if (work.Loss != null) line.Add("loss", work.Loss());
        return line.Add("other_cpu", share).End();
    }

    /// <summary>The line of a workload that could not run.</summary>
    public static string Failure(Workload workload, Exception e) =>
        Begin(workload).Add("error", e.GetType().Name + ": " + e.Message.Split('\n')[0]).End();

    static BenchmarkLine Begin(Workload workload) =>
        new BenchmarkLine().Add("peer", "torchsharp").Add("workload", workload.Name).Add("shape", workload.Shape);
}
