using ScottPlot;

namespace GpuNN.Cli;

/// <summary>Draws how the weights of networks are spread, as a PNG file: histograms over common bins, one above the other.</summary>
public static class WeightHistogram
{
    private const int Bins = 80;
    private const int Width = 800;
    private const int HeightOfOne = 320;

    /// <summary>Writes the histograms.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sets">A title, and the weights to count; exact zeros are left out, for they would hide the rest.</param>
    public static void Write(string path, params IReadOnlyList<(string Title, float[] Weights)> sets)
    {
        if (sets.Count == 0)
            throw new ArgumentException("A histogram needs at least one set of weights, but got none.", nameof(sets));
        var reach = sets.SelectMany(set => set.Weights).Select(Math.Abs).Append(float.Epsilon).Max();
        var sheet = new Multiplot();
        sheet.Reset(Draw(sets[0].Title, sets[0].Weights, reach));
        foreach (var (title, weights) in sets.Skip(1))
            sheet.AddPlot(Draw(title, weights, reach));
        sheet.SavePng(path, Width, HeightOfOne * sets.Count);
        foreach (var plot in sheet.GetPlots())
            plot.Dispose();
    }

    private static Plot Draw(string title, float[] weights, double reach)
    {
        var counts = new double[Bins];
        foreach (var weight in weights)
            if (weight != 0)
                counts[Math.Min(Bins - 1, (int)((weight / reach + 1) / 2 * Bins))]++;
        var step = 2 * reach / Bins;
        var plot = new Plot();
        plot.Add.Bars(counts.Select((count, bin) => new Bar
        {
            Position = -reach + (bin + 0.5) * step,
            Value = count,
            Size = step,
            LineWidth = 0,
            FillColor = Colors.C0,
        }).ToArray());
        plot.Title(title);
        plot.XLabel("weight");
        plot.YLabel("how many");
        plot.Axes.SetLimits(-reach, reach, 0, 1.05 * Math.Max(1, counts.Max()));
        return plot;
    }
}
