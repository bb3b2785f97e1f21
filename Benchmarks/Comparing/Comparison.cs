using System.Globalization;
using System.Text;

namespace GpuNN.Benchmarks;

/// <summary>
/// Joins the lines of a peer and of GpuNN by workload: medians over the rounds, the ratio of the peer's time to ours,
/// and whether it meets its bar. Lines that other processes disturbed are passed over.
/// </summary>
public sealed class Comparison
{
    private const string Ours = "gpunn";

    private readonly double? peak;
    private readonly bool reference;

    /// <summary>Joins the lines of any number of rounds, in any order.</summary>
    public Comparison(IReadOnlyCollection<BenchmarkLine> lines)
    {
        Machine = lines.FirstOrDefault(line => line.Workload == BenchmarkLine.Environment)?.Machine ?? "an unknown machine";
        reference = Benchmarks.Machine.IsReference(Machine);
        var measured = lines.Where(line => line.MedianMs is not null).ToList();
        var quiet = measured.Where(IsQuiet).ToList();
        Disturbed = measured.Count - quiet.Count;
        Errors = [.. lines.Where(line => line.Error is not null).Select(line => $"{line.Peer} {line.Workload}: {line.Error}").Distinct()];
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
        text.AppendLine("| workload | peer ms | GpuNN ms | ratio | GpuNN's rate | bar | met |");
        text.AppendLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var row in Rows)
            text.AppendLine(row.ToMarkdown());
        if (Disturbed > 0)
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{Disturbed} lines passed over: other processes took more than {OtherLoad.Noise:P0} of the machine.");
        foreach (var error in Errors)
            text.AppendLine().AppendLine($"Did not run: {error}");
        return text.ToString();
    }

    private ComparisonRow Row(IGrouping<string, BenchmarkLine> lines)
    {
        var ours = lines.Where(line => IsQuiet(line) && line.Peer == Ours).ToList();
        var theirs = lines.Where(line => IsQuiet(line) && line.Peer != Ours).ToList();
        double? ourTime = ours.Count > 0 ? Middle(ours.Select(line => line.MedianMs!.Value)) : null;
        double? peerTime = theirs.Count > 0 ? Middle(theirs.Select(line => line.MedianMs!.Value)) : null;
        double? rate = ours.Any(line => line.Gflops is not null) ? Middle(ours.Select(line => line.Gflops ?? 0)) : null;
        double? bandwidth = ours.Any(line => line.Gbps is not null) ? Middle(ours.Select(line => line.Gbps ?? 0)) : null;
        return new ComparisonRow(lines.Key, Math.Max(ours.Count, theirs.Count), peerTime, ourTime, rate, bandwidth, rate / peak)
        {
            RatioBar = reference ? Bars.Ratio(lines.Key) : null,
            PeakBar = !reference && Bars.IsProduct(lines.Key) ? Bars.ShareOfPeak : null,
        };
    }

    private static bool IsQuiet(BenchmarkLine line) => (line.OtherCpu ?? 0) <= OtherLoad.Noise;

    private static double Middle(IEnumerable<double> values) => Measurement.Percentile([.. values.Order()], 0.5);
}
