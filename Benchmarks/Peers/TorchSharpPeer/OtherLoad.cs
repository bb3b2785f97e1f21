using System.Diagnostics;
using System.Globalization;

namespace GpuNN.Peers;

/// <summary>The part of the machine's processor time that other processes used while a workload ran (Linux; -1 elsewhere).</summary>
sealed class OtherLoad
{
    readonly double _busy = Busy(out _);
    readonly double _own = Own();
    readonly long _start = Stopwatch.GetTimestamp();

    static double Own() => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;

    static double Busy(out bool ok)
    {
        ok = false;
        if (!File.Exists("/proc/stat")) return 0;
        var f = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double sum = 0;
        foreach (int i in new[] { 1, 2, 3, 6, 7, 8 }) sum += double.Parse(f[i], CultureInfo.InvariantCulture);
        ok = true;
        return sum / 100.0;
    }

    public double Fraction()
    {
        double busy = Busy(out bool ok);
        if (!ok) return -1;
        double wall = Stopwatch.GetElapsedTime(_start).TotalSeconds * Environment.ProcessorCount;
        return Math.Max(0, (busy - _busy - (Own() - _own)) / wall);
    }
}
