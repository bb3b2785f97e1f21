namespace GpuNN.Cli;

/// <summary>Draws the course of a training as an SVG file.</summary>
public static class LossPlot
{
    private const int Width = 800;
    private const int Height = 450;
    private const float MarkersUpTo = 50;

    /// <summary>Writes the curves over a common axis; a curve without a finite point is left out.</summary>
    public static void Write(string path, string title, IEnumerable<Curve> curves)
    {
        using var plot = new ScottPlot.Plot();
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
        plot.XLabel("epoch");
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        plot.YLabel("loss");
        plot.ShowLegend(ScottPlot.Alignment.UpperRight);
        plot.SaveSvg(path, Width, Height);
    }
}
