using System.Globalization;
using System.Text;

namespace GpuNN;

/// <summary>What a function launches, in order: name, place in the model, shape, bytes, and times after a profiled run.</summary>
public sealed class Plan
{
    private readonly List<PlanLine> lines = [];

    internal Plan(string name) => Name = name;

    /// <summary>The function's name.</summary>
    public string Name { get; }

    /// <summary>One line a launch.</summary>
    public IReadOnlyList<PlanLine> Lines => lines;

    /// <summary>Launches and copies of a captured step, those inside loops one by one; 0 where a run is not replayed.</summary>
    public int CapturedLaunches { get; internal set; }

    /// <summary>Whether the device gets a captured step as one launch.</summary>
    public bool IsOneLaunch { get; internal set; }

    /// <summary>Bytes of the arena that this function uses.</summary>
    public long ArenaBytes { get; internal set; }

    /// <summary>The most bytes alive at one launch: no arena can be smaller.</summary>
    public long LeastArenaBytes { get; internal set; }

    /// <summary>Bytes of the parameters that it reads or changes.</summary>
    public long ParameterBytes { get; internal set; }

    /// <summary>Bytes that its optimisers keep from one run to the next.</summary>
    public long OptimiserBytes { get; internal set; }

    /// <summary>Bytes of inputs and outputs.</summary>
    public long FeedAndResultBytes { get; internal set; }

    /// <summary>Bytes of all of that: the most that it has in use.</summary>
    public long Bytes => ArenaBytes + Kept;

    /// <summary>The same with the smallest arena that there can be.</summary>
    public long LeastBytes => LeastArenaBytes + Kept;

    private string Capture => CapturedLaunches == 0 ? ""
        : string.Create(CultureInfo.InvariantCulture, $", {(IsOneLaunch ? "captured as one" : "replayed from a list")} of {CapturedLaunches}");

    private long Kept => ParameterBytes + OptimiserBytes + FeedAndResultBytes;

    internal PlanLine Add(string name, string place, string shape, long bytes)
    {
        var line = new PlanLine(name, place, shape, bytes);
        lines.Add(line);
        return line;
    }

    /// <summary>The table.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var names = Math.Max(6, lines.Select(line => line.Name.Length).DefaultIfEmpty(0).Max());
        var places = Math.Max(5, lines.Select(line => line.Place.Length).DefaultIfEmpty(0).Max());
        var timed = lines.Exists(line => line.Milliseconds is not null);
        text.Append(CultureInfo.InvariantCulture, $"{Name}: {lines.Count} launches{Capture}\n");
        text.Append(CultureInfo.InvariantCulture, $"  # {"launch".PadRight(names)} {"place".PadRight(places)} {"shape",-18} {"bytes",12}{(timed ? "         us" : "")}\n");
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            text.Append(CultureInfo.InvariantCulture, $"{i,3} {line.Name.PadRight(names)} {line.Place.PadRight(places)} {line.Shape,-18} {line.Bytes,12:N0}");
            if (line.Milliseconds is { } time)
                text.Append(CultureInfo.InvariantCulture, $" {time * 1000,10:F1}");
            text.Append('\n');
        }
        text.Append(CultureInfo.InvariantCulture, $"arena {ArenaBytes:N0} bytes (least possible {LeastArenaBytes:N0}), parameters {ParameterBytes:N0}, optimisers {OptimiserBytes:N0}, feeds and results {FeedAndResultBytes:N0}");
        text.Append(CultureInfo.InvariantCulture, $"; in all {Bytes:N0} (least possible {LeastBytes:N0})");
        if (timed)
            text.Append(CultureInfo.InvariantCulture, $", {lines.Sum(line => line.Milliseconds ?? 0) * 1000:F1} us");
        return text.Append('\n').ToString();
    }
}

/// <summary>One launch of a plan.</summary>
public sealed class PlanLine
{
    internal PlanLine(string name, string place, string shape, long bytes)
    {
        Name = name;
        Place = place;
        Shape = shape;
        Bytes = bytes;
    }

    /// <summary>The operation, or the operations of a fused group.</summary>
    public string Name { get; }

    /// <summary>Where in the model.</summary>
    public string Place { get; }

    /// <summary>Shape of the output.</summary>
    public string Shape { get; }

    /// <summary>Bytes read and written at least.</summary>
    public long Bytes { get; }

    /// <summary>Its time in the last profiled run.</summary>
    public double? Milliseconds { get; internal set; }
}
