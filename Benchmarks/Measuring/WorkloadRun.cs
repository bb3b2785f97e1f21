using System.Diagnostics;
using GpuNN.Kernels;
using Microsoft.Extensions.Logging.Abstractions;

namespace GpuNN.Benchmarks;

/// <summary>Measures workloads, each on a device of its own, so that none inherits the memory of another.</summary>
/// <param name="device">The device's name, or null for the best one.</param>
/// <param name="threads">Threads of the host route, or null for its default.</param>
/// <param name="seconds">How long samples are taken, or null for the rules' time.</param>
/// <param name="captures">Whether steps are captured and replayed where the device can.</param>
public sealed class WorkloadRun(string? device, int? threads, double? seconds, bool captures = true)
{
    private const string Peer = "gpunn";
    private const string Launched = "launched";

    /// <summary>Measures one workload. What goes wrong is told in the line.</summary>
    public BenchmarkLine Measure(Workload workload)
    {
        using var opened = Open();
        opened.CaptureSteps = captures;
        try
        {
            return Measure(workload, opened);
        }
        catch (Exception failure)
        {
            return new BenchmarkLine
            {
                Peer = Peer,
                Workload = workload.Name,
                Shape = workload.Shape,
                Mode = Mode,
                Error = $"{failure.GetType().Name}: {failure.Message.Split('\n')[0]}",
            };
        }
    }

    private string? Mode => captures ? null : Launched;

    private Device Open() =>
        device is null or "cpu" && threads is { } count
            ? Device.On(new HostRoute(count))
            : Device.Open(device, NullLogger.Instance);

    private BenchmarkLine Measure(Workload workload, Device opened)
    {
        var rules = opened.Route is HostRoute ? MeasurementRules.Processor : MeasurementRules.Accelerator;
        if (seconds is { } time)
            rules = rules with { Seconds = time };

        var start = Stopwatch.GetTimestamp();
        var work = workload.Build(opened);
        try
        {
            work.Step();
            opened.Route.Synchronise();
            var first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            return Measure(workload, work, opened, rules) with { FirstMs = first, Mode = Mode };
        }
        finally
        {
            foreach (var block in work.Blocks)
                block.Dispose();
        }
    }

    private static BenchmarkLine Measure(Workload workload, Work work, Device opened, MeasurementRules rules)
    {
        var others = new OtherLoad();
        var taken = Measurement.Take(work.Step, opened.Route.Synchronise, rules);
        var share = others.Fraction();
        return new BenchmarkLine
        {
            Peer = Peer,
            Workload = workload.Name,
            Shape = workload.Shape,
            Device = opened.Name,
            Threads = (opened.Route as HostRoute)?.Threads ?? 1,
            MedianMs = taken.Median,
            MinMs = taken.Minimum,
            P90Ms = taken.NinthDecile,
            Iters = taken.Samples,
            Inner = taken.Inner,
            Gflop = work.Flop > 0 ? work.Flop * 1e-9 : null,
            Gflops = work.Flop > 0 ? work.Flop * 1e-6 / taken.Median : null,
            Gbps = work.Bytes > 0 ? work.Bytes * 1e-6 / taken.Median : null,
            SamplesPerS = work.Samples > 0 ? work.Samples * 1e3 / taken.Median : null,
            Params = work.Params > 0 ? work.Params : null,
            Loss = work.Loss?.Invoke(),
            OtherCpu = share,
        };
    }
}
