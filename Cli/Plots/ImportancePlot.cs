namespace GpuNN.Cli;

/// <summary>How much a model needs each column, as bars in an SVG file, the most needed on top.</summary>
public static class ImportancePlot
{
    private const int Width = 800;
    private const int Around = 120;
    private const int Bar = 24;
    private const int MostBars = 30;

    /// <summary>Writes the bars; of more than 30 columns the most needed ones.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="unit">What a bar's length means.</param>
    /// <param name="columns">Each column with its importance.</param>
    public static void Write(string path, string title, string unit, IEnumerable<(string Name, double Importance)> columns)
    {
        var shown = columns.OrderByDescending(column => column.Importance).Take(MostBars).Reverse().ToArray();
        using var plot = new ScottPlot.Plot();
        var bars = plot.Add.Bars(shown.Select(column => column.Importance).ToArray());
        bars.Horizontal = true;
        plot.Axes.Left.SetTicks([.. shown.Select((_, place) => (double)place)], [.. shown.Select(column => column.Name)]);
        plot.Axes.SetLimitsY(-0.6, shown.Length - 0.4);
        plot.Title(title);
        plot.XLabel(unit);
        plot.SaveSvg(path, Width, Around + Bar * shown.Length);
    }
}
