using System.Globalization;
using ScottPlot;

namespace GpuNN.Cli;

/// <summary>
/// Numbers as colours in panels side by side, as a PNG file: a row of numbers a row of the picture, the first at the top. All panels share one
/// scale, from the least to the greatest number.
/// </summary>
public static class HeatMap
{
    private const int PanelWidth = 420;
    private const int Height = 480;

    /// <summary>Writes the panels, left to right.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="x">What the columns are.</param>
    /// <param name="y">What the rows are.</param>
    /// <param name="panels">Numbers with a title.</param>
    public static void Write(string path, string x, string y, params IReadOnlyList<HeatPanel> panels)
    {
        if (panels.Count == 0 || panels.Any(panel => panel.Values.Length == 0 || panel.Values.Length % panel.Columns != 0))
            throw new ArgumentException("A heat map needs panels with whole rows of numbers, and at least one.", nameof(panels));
        var range = new ScottPlot.Range(panels.Min(panel => panel.Values.Min()), panels.Max(panel => panel.Values.Max()));
        var sheet = new Multiplot();
        sheet.AddPlots(panels.Count);
        sheet.Layout = new ScottPlot.MultiplotLayouts.Columns();
        for (var i = 0; i < panels.Count; i++)
            Draw(sheet.GetPlot(i), panels[i], range, x, y, isLast: i == panels.Count - 1);
        sheet.SavePng(path, PanelWidth * panels.Count, Height);
        foreach (var plot in sheet.GetPlots())
            plot.Dispose();
    }

    private static void Draw(Plot plot, HeatPanel panel, ScottPlot.Range range, string x, string y, bool isLast)
    {
        var rows = panel.Values.Length / panel.Columns;
        var cells = new double[rows, panel.Columns];
        for (var i = 0; i < panel.Values.Length; i++)
            cells[i / panel.Columns, i % panel.Columns] = panel.Values[i];
        var map = plot.Add.Heatmap(cells);
        map.ManualRange = range;
        if (isLast)
            plot.Add.ColorBar(map);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        // The first row of a heat map is at the top.
        int[] named = [.. Enumerable.Range(0, rows).Where(row => row % Spacing(rows) == 0)];
        plot.Axes.Left.SetTicks([.. named.Select(row => (double)(rows - 1 - row))], [.. named.Select(row => row.ToString(CultureInfo.InvariantCulture))]);
        plot.Axes.SetLimits(-0.5, panel.Columns - 0.5, -0.5, rows - 0.5);
        plot.HideGrid();
        plot.Title(panel.Title);
        plot.XLabel(x);
        plot.YLabel(y);
    }

    private static int Spacing(int rows) => rows > 50 ? 20 : rows > 10 ? 5 : 1;
}

/// <summary>Numbers with a title.</summary>
/// <param name="Title">What stands above them.</param>
/// <param name="Values">The numbers, row by row.</param>
/// <param name="Columns">Numbers in a row.</param>
public sealed record HeatPanel(string Title, float[] Values, int Columns);
