namespace GpuNN.Cli;

/// <summary>Draws figures by epoch, or by another number, several trainings over a common axis, as a PNG file.</summary>
public static class CurvePlot
{
    private const int Width = 800;
    private const int Height = 450;
    private const float MarkersUpTo = 50;

    /// <summary>Writes the curves; a curve without a finite point is left out.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="title">Stands above it.</param>
    /// <param name="figure">What is drawn, with its unit.</param>
    /// <param name="curves">The figures by epoch.</param>
    /// <param name="legend">The corner that the curves leave free.</param>
    /// <param name="by">What the horizontal axis shows, with its unit; its ticks are whole numbers.</param>
    public static void Write(
        string path, string title, string figure, IEnumerable<Curve> curves, ScottPlot.Alignment legend = ScottPlot.Alignment.UpperRight, string by = "epoch")
    {
        using var plot = Of(title, figure, curves, legend, by);
        plot.SavePng(path, Width, Height);
    }

    /// <summary>As above, as text that scales.</summary>
    internal static void WriteSvg(string path, string title, string figure, IEnumerable<Curve> curves)
    {
        using var plot = Of(title, figure, curves, ScottPlot.Alignment.UpperRight, "epoch");
        plot.SaveSvg(path, Width, Height);
    }

    private static ScottPlot.Plot Of(string title, string figure, IEnumerable<Curve> curves, ScottPlot.Alignment legend, string by)
    {
        var plot = new ScottPlot.Plot();
        foreach (var curve in curves)
        {
            var points = curve.X.Zip(curve.Y).Where(point => double.IsFinite(point.Second)).ToList();
            if (points.Count == 0)
                continue;
            var line = plot.Add.Scatter(points.ConvertAll(point => point.First), points.ConvertAll(point => point.Second));
            line.LegendText = curve.Name;
            line.MarkerSize = points.Count <= MarkersUpTo ? 5 : 0;
        }
        plot.Title(title);
        plot.XLabel(by);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        plot.YLabel(figure);
        plot.ShowLegend(legend);
        return plot;
    }
}
