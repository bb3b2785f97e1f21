namespace GpuNN.Benchmarks;

/// <summary>How long a workload is measured.</summary>
/// <param name="Seconds">Samples are taken for at least this long.</param>
/// <param name="LeastSamples">There are at least this many samples.</param>
/// <param name="SampleMilliseconds">A sample repeats the step until it lasts this long.</param>
public sealed record MeasurementRules(double Seconds, int LeastSamples, double SampleMilliseconds)
{
    /// <summary>The rules on a processor: 2 s, samples of 5 ms.</summary>
    public static MeasurementRules Processor { get; } = new(2, 15, 5);

    /// <summary>The rules on a device whose work runs beside the host: 1 s, samples of 10 ms that end with a wait.</summary>
    public static MeasurementRules Accelerator { get; } = new(1, 15, 10);
}
