using System.Diagnostics;

namespace GpuNN.Benchmarks;

/// <summary>
/// Times of one step, measured by the rules that all peers share: warm up for 3 steps and 0.3 s at least; put as many
/// steps into a sample as make 5 ms of the fastest of them (10 ms on a GPU); take samples until there are 15 and the
/// time is up. Units: milliseconds for one step.
/// </summary>
public sealed class Measurement
{
    private const int WarmUpSteps = 3;
    private const double WarmUpSeconds = 0.3;

    private readonly double[] sorted;

    private Measurement(IEnumerable<double> samples, int inner)
    {
        sorted = [.. samples.Order()];
        Inner = inner;
    }

    /// <summary>How many steps one sample averages.</summary>
    public int Inner { get; }

    /// <summary>Number of samples.</summary>
    public int Samples => sorted.Length;

    /// <summary>The fastest sample.</summary>
    public double Minimum => sorted[0];

    /// <summary>The sample in the middle.</summary>
    public double Median => Percentile(sorted, 0.5);

    /// <summary>Nine samples of ten are faster than this.</summary>
    public double NinthDecile => Percentile(sorted, 0.9);

    /// <summary>Measures a step.</summary>
    /// <param name="step">One iteration; it may return before a device has finished it.</param>
    /// <param name="finish">Waits for the device; called once at the end of each sample.</param>
    /// <param name="rules">How long and how often.</param>
    public static Measurement Take(Action step, Action finish, MeasurementRules rules)
    {
        var fastest = double.MaxValue;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < WarmUpSteps || Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds; i++)
            fastest = Math.Min(fastest, Sample(step, finish, 1));

        var inner = InnerSteps(rules.SampleMilliseconds, fastest);
        var samples = new List<double>();
        start = Stopwatch.GetTimestamp();
        while (samples.Count < rules.LeastSamples || Stopwatch.GetElapsedTime(start).TotalSeconds < rules.Seconds)
            samples.Add(Sample(step, finish, inner));
        return new Measurement(samples, inner);
    }

    /// <summary>How many steps make a sample of at least the wanted length. Units: milliseconds.</summary>
    public static int InnerSteps(double sample, double step) => Math.Max(1, (int)Math.Ceiling(sample / step));

    /// <summary>The value below which the given share of sorted values lies, straight lines drawn between neighbours.</summary>
    public static double Percentile(ReadOnlySpan<double> sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    private static double Sample(Action step, Action finish, int inner)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < inner; i++)
            step();
        finish();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / inner;
    }
}
