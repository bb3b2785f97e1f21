using ScottPlot;

namespace GpuNN.Cli;

/// <summary>
/// Where attention looks, as a PNG file: a row a query, a column a key, shaded by the weight. Several maps, such as the heads of a
/// layer, stand side by side.
/// </summary>
public static class AttentionMap
{
    private const int Margin = 90;
    private const int Cell = 26;
    private const int LeastSide = 240;

    /// <summary>Writes maps.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="titles">What stands above each.</param>
    /// <param name="weights">The weights of each (queries, keys), row by row.</param>
    /// <param name="queries">Names of the queries.</param>
    /// <param name="keys">Names of the keys.</param>
    public static void Write(string path, IReadOnlyList<string> titles, IReadOnlyList<float[]> weights, IReadOnlyList<string> queries, IReadOnlyList<string> keys)
    {
        if (weights.Count == 0 || titles.Count != weights.Count || weights.Any(map => map.Length != queries.Count * keys.Count))
            throw new ArgumentException(
                $"Attention maps need a title each and {queries.Count} x {keys.Count} weights, but there are {titles.Count} titles and maps of {string.Join(", ", weights.Select(map => map.Length))}.", nameof(weights));
        var panels = new Multiplot();
        panels.AddPlots(weights.Count);
        for (var i = 0; i < weights.Count; i++)
            Draw(panels.GetPlot(i), titles[i], weights[i], queries, keys);
        panels.Layout = new ScottPlot.MultiplotLayouts.Columns();
        panels.SavePng(path, weights.Count * Math.Max(LeastSide, Margin + Cell * keys.Count), Math.Max(LeastSide, Margin + Cell * queries.Count));
        foreach (var plot in panels.GetPlots())
            plot.Dispose();
    }

    private static void Draw(Plot plot, string title, float[] weights, IReadOnlyList<string> queries, IReadOnlyList<string> keys)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            var (row, c) = Math.DivRem(i, keys.Count);
            var y = queries.Count - 1 - row;
            var cell = plot.Add.Rectangle(c - 0.5, c + 0.5, y - 0.5, y + 0.5);
            cell.FillColor = Colors.SteelBlue.WithAlpha(Math.Clamp(weights[i], 0, 1));
            cell.LineColor = Colors.Gray.WithAlpha(0.2);
        }
        plot.Axes.Bottom.SetTicks([.. keys.Select((_, place) => (double)place)], [.. keys]);
        plot.Axes.Left.SetTicks([.. queries.Select((_, place) => (double)place)], [.. queries.Reverse()]);
        plot.Axes.SetLimits(-0.5, keys.Count - 0.5, -0.5, queries.Count - 0.5);
        plot.HideGrid();
        plot.Title(title);
    }
}
