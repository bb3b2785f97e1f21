using System.Diagnostics;
using static TorchSharp.torch;

namespace GpuNN.Peers;

/// <summary>Times of one step, measured by the rules that all peers share. Units: milliseconds.</summary>
sealed class Measurement
{
    readonly double[] _sorted;

    Measurement(IEnumerable<double> ms, int inner)
    {
        _sorted = [.. ms.Order()];
        Inner = inner;
    }

    /// <summary>How many steps one sample averages.</summary>
    public int Inner { get; }

    public int Samples => _sorted.Length;
    public double Minimum => _sorted[0];
    public double Median => Percentile(0.5);
    public double NinthDecile => Percentile(0.9);

    /// <summary>
    /// Warm up (3 steps and 0.3 s at least), choose how many steps make a sample of 5 ms or more, then take
    /// samples until there are minIters of them and the time is up.
    /// </summary>
    public static Measurement Take(Action step, double seconds, int minIters)
    {
        static void Once(Action step) { using var scope = NewDisposeScope(); step(); }

        double one = double.MaxValue;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < 0.3; i++)
        {
            long t = Stopwatch.GetTimestamp();
            Once(step);
            one = Math.Min(one, Stopwatch.GetElapsedTime(t).TotalSeconds);
        }
        int inner = Math.Max(1, (int)Math.Ceiling(0.005 / one));
        var ms = new List<double>();
        start = Stopwatch.GetTimestamp();
        while (ms.Count < minIters || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            long t = Stopwatch.GetTimestamp();
            for (int i = 0; i < inner; i++) Once(step);
            ms.Add(Stopwatch.GetElapsedTime(t).TotalMilliseconds / inner);
        }
        return new Measurement(ms, inner);
    }

    double Percentile(double q)
    {
        double at = q * (_sorted.Length - 1);
        int lo = (int)at, hi = Math.Min(lo + 1, _sorted.Length - 1);
        return _sorted[lo] + (at - lo) * (_sorted[hi] - _sorted[lo]);
    }
}
