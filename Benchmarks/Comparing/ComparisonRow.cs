using System.Globalization;

namespace GpuNN.Benchmarks;

/// <summary>One workload of a comparison.</summary>
/// <param name="Workload">Its name.</param>
/// <param name="Rounds">How many rounds were undisturbed.</param>
/// <param name="PeersMs">The median of each peer, or of each of its modes, in milliseconds; null where it did not run.</param>
/// <param name="OursMs">GpuNN's median, in milliseconds.</param>
/// <param name="Gflops">GpuNN's arithmetic, in 1e9 operations a second.</param>
/// <param name="Gbps">GpuNN's least memory traffic, in 1e9 bytes a second.</param>
/// <param name="ShareOfPeak">GpuNN's arithmetic as a share of the machine's multiply-add rate.</param>
public sealed record ComparisonRow(
    string Workload, int Rounds, IReadOnlyList<double?> PeersMs, double? OursMs, double? Gflops, double? Gbps, double? ShareOfPeak)
{
    /// <summary>The fastest peer's median, in milliseconds.</summary>
    public double? PeerMs => PeersMs.Min();

    /// <summary>The fastest peer's time over ours: 2 means twice as fast.</summary>
    public double? Ratio => PeerMs / OursMs;

    /// <summary>GpuNN's median where steps are not captured, in milliseconds; null where it was not measured.</summary>
    public double? LaunchedMs { get; init; }

    /// <summary>The least ratio, where one is promised.</summary>
    public double? RatioBar { get; init; }

    /// <summary>The least share of the peak, where one is promised.</summary>
    public double? PeakBar { get; init; }

    /// <summary>Whether the bar is met; null where there is none, false where it could not be measured.</summary>
    public bool? Met =>
        RatioBar is { } ratio ? Ratio >= ratio
        : PeakBar is { } share ? ShareOfPeak >= share
        : null;

    /// <summary>The row of the table.</summary>
    /// <param name="launched">Whether the table has a column for steps that are not captured.</param>
    public string ToMarkdown(bool launched = false)
    {
        var bar = RatioBar is { } ratio ? Number(ratio) : PeakBar is { } share ? Percent(share) + " of peak" : "";
        var met = Met is { } reached ? (reached ? "yes" : "**no**") : "";
        return $"| `{Workload}` | {string.Join(" | ", PeersMs.Select(Time))} | {Time(OursMs)} | {(launched ? $"{Time(LaunchedMs)} | " : "")}{Number(Ratio)} | {Rate()} | {bar} | {met} |";
    }

    private string Rate()
    {
        var share = ShareOfPeak is { } part && Benchmarks.Bars.IsProduct(Workload) ? $" ({Percent(part)} of peak)" : "";
        return Gflops is { } arithmetic ? string.Create(CultureInfo.InvariantCulture, $"{arithmetic:0} GFLOP/s{share}")
            : Gbps is { } bandwidth ? string.Create(CultureInfo.InvariantCulture, $"{bandwidth:0} GB/s")
            : "";
    }

    private static string Time(double? milliseconds) => milliseconds?.ToString("G4", CultureInfo.InvariantCulture) ?? "-";

    private static string Number(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-";

    private static string Percent(double value) => string.Create(CultureInfo.InvariantCulture, $"{100 * value:0} %");
}
