using System.Globalization;
using System.Text;

namespace GpuNN.Benchmarks;

/// <summary>
/// Joins the lines of peers and of GpuNN by workload: medians over the rounds, the ratio of the peer's time to ours,
/// and whether it meets its bar. Where the lines hold several peers, or modes of one, each has a column, and the ratio is
/// taken to the fastest of them. GpuNN's own time without captured steps has a column where it was measured. Lines on a processor that other processes disturbed are passed over; a device works
/// beside them.
/// </summary>
public sealed class Comparison
{
    private const string Ours = "gpunn";

    private readonly double? peak;
    private readonly bool reference;
    private readonly IReadOnlyList<string> ways;
    private readonly bool hasLaunched;

    /// <summary>Joins the lines of any number of rounds, in any order.</summary>
    public Comparison(IReadOnlyCollection<BenchmarkLine> lines)
    {
        Machine = lines.FirstOrDefault(line => line.Machine is not null)?.Machine ?? "an unknown machine";
        reference = Benchmarks.Machine.IsReference(Machine);
        ways = [.. lines.Where(line => line.Peer != Ours).Select(Way).Distinct()];
        hasLaunched = lines.Any(line => line is { Peer: Ours, Mode: not null });
        var measured = lines.Where(line => line.MedianMs is not null).ToList();
        var quiet = measured.Where(IsQuiet).ToList();
        Disturbed = measured.Count - quiet.Count;
        Errors = [.. lines.Where(line => line.Error is not null).Select(line => $"{Way(line)} {line.Workload}: {line.Error}").Distinct()];
        var rates = quiet.Where(line => line is { Peer: Ours, Workload: "ceiling_fma", Gflops: not null }).Select(line => line.Gflops!.Value).ToList();
        peak = rates.Count > 0 ? Middle(rates) : null;
        Rows = [.. measured.GroupBy(line => line.Workload).Select(Row)];
    }

    /// <summary>What the lines were taken on.</summary>
    public string Machine { get; }

    /// <summary>Number of lines that other processes disturbed.</summary>
    public int Disturbed { get; }

    /// <summary>What could not run.</summary>
    public IReadOnlyList<string> Errors { get; }

    /// <summary>One row a workload, in the order in which they were measured.</summary>
    public IReadOnlyList<ComparisonRow> Rows { get; }

    /// <summary>The rows as a table in Markdown, the machine above it.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Machine}. Medians over {Rows.Max(row => (int?)row.Rounds) ?? 0} rounds");
        text.AppendLine(peak is { } rate
            ? string.Create(CultureInfo.InvariantCulture, $"; peak multiply-add rate {rate:0} GFLOP/s.")
            : ".");
        text.AppendLine();
        string[] heads = ["workload", .. ways.Count > 1 ? ways.Select(way => $"{way} ms") : ["peer ms"], "GpuNN ms", .. hasLaunched ? ["GpuNN launched ms"] : Array.Empty<string>(), "ratio", "GpuNN's rate", "bar", "met"];
        text.AppendLine($"| {string.Join(" | ", heads)} |");
        text.AppendLine($"| {string.Join(" | ", heads.Select(_ => "---"))} |");
        foreach (var row in Rows)
            text.AppendLine(row.ToMarkdown(hasLaunched));
        if (Disturbed > 0)
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{Disturbed} lines passed over: other processes took more than {OtherLoad.Noise:P0} of the machine.");
        foreach (var error in Errors)
            text.AppendLine().AppendLine($"Did not run: {error}");
        return text.ToString();
    }

    private ComparisonRow Row(IGrouping<string, BenchmarkLine> lines)
    {
        var quiet = lines.Where(IsQuiet).ToList();
        var ours = quiet.Where(line => line is { Peer: Ours, Mode: null }).ToList();
        var theirs = ways.Select(way => quiet.Where(line => line.Peer != Ours && Way(line) == way).ToList()).ToList();
        double? rate = ours.Any(line => line.Gflops is not null) ? Middle(ours.Select(line => line.Gflops ?? 0)) : null;
        double? bandwidth = ours.Any(line => line.Gbps is not null) ? Middle(ours.Select(line => line.Gbps ?? 0)) : null;
        var barred = lines.All(OnProcessor);
        return new ComparisonRow(
            lines.Key, Math.Max(ours.Count, theirs.Max(way => (int?)way.Count) ?? 0), [.. theirs.DefaultIfEmpty([]).Select(Time)], Time(ours),
            rate, bandwidth, rate / peak)
        {
            LaunchedMs = Time([.. quiet.Where(line => line is { Peer: Ours, Mode: not null })]),
            RatioBar = barred && reference ? Bars.Ratio(lines.Key) : null,
            PeakBar = barred && !reference && Bars.IsProduct(lines.Key) ? Bars.ShareOfPeak : null,
        };
    }

    private static string Way(BenchmarkLine line) => line.Mode is { } mode ? $"{line.Peer} {mode}" : line.Peer;

    private static bool OnProcessor(BenchmarkLine line) => line.Device is null or "cpu";

    private static double? Time(List<BenchmarkLine> lines) => lines.Count > 0 ? Middle(lines.Select(line => line.MedianMs!.Value)) : null;

    private static bool IsQuiet(BenchmarkLine line) => !OnProcessor(line) || (line.OtherCpu ?? 0) <= OtherLoad.Noise;

    private static double Middle(IEnumerable<double> values) => Measurement.Percentile([.. values.Order()], 0.5);
}
