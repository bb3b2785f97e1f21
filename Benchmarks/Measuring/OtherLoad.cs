using System.Diagnostics;
using System.Globalization;

namespace GpuNN.Benchmarks;

/// <summary>
/// The share of the machine's processor time that other processes used since this object was made.
/// Units: a fraction of all cores, 0 to 1; -1 where the system does not tell (anything but Linux).
/// Above <see cref="Noise"/> a measurement is noise and is taken again.
/// </summary>
public sealed class OtherLoad
{
    /// <summary>The share of other processes above which a measurement is thrown away.</summary>
    public const double Noise = 0.05;

    private const double TicksPerSecond = 100;

    private readonly double busyAtStart = BusySeconds() ?? 0;
    private readonly double ownAtStart = OwnSeconds();
    private readonly long start = Stopwatch.GetTimestamp();

    /// <summary>The share so far.</summary>
    public double Fraction()
    {
        if (BusySeconds() is not { } busy)
            return -1;
        return Share(
            busy - busyAtStart,
            OwnSeconds() - ownAtStart,
            Stopwatch.GetElapsedTime(start).TotalSeconds * Environment.ProcessorCount);
    }

    /// <summary>(busy - own) / available, and 0 where the clocks' steps make it negative. Units: seconds.</summary>
    public static double Share(double busy, double own, double available) =>
        available > 0 ? Math.Max(0, (busy - own) / available) : 0;

    /// <summary>
    /// Seconds that all cores together have worked, from the first line of /proc/stat: user, nice, system, irq, softirq, steal.
    /// </summary>
    public static double BusySeconds(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int[] working = [1, 2, 3, 6, 7, 8];
        return working.Sum(i => double.Parse(fields[i], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private static double? BusySeconds() =>
        File.Exists("/proc/stat") ? BusySeconds(File.ReadLines("/proc/stat").First()) : null;

    private static double OwnSeconds()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }
}
