using System.Globalization;

namespace GpuNN.Cli;

/// <summary>Draws numbers by layer over many orders of magnitude as a PNG file: a curve for each network, on a logarithmic axis.</summary>
public static class NormPlot
{
    private const int Width = 800;
    private const int Height = 480;

    /// <summary>Writes the picture; numbers of 0 or below have no place on it and are left out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="yLabel">What the numbers are.</param>
    /// <param name="curves">Layers from 1, or places, and a number for each.</param>
    /// <param name="by">What the horizontal axis shows.</param>
    public static void Write(string path, string title, string yLabel, IEnumerable<Curve> curves, string by = "layer, from the input")
    {
        using var plot = new ScottPlot.Plot();
        var (lowest, highest) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var curve in curves)
        {
            var points = curve.X.Zip(curve.Y).Where(point => point.Second > 0 && double.IsFinite(point.Second)).ToList();
            if (points.Count == 0)
                continue;
            var line = plot.Add.Scatter(points.ConvertAll(point => point.First), points.ConvertAll(point => Math.Log10(point.Second)));
            (lowest, highest) = (Math.Min(lowest, Math.Floor(Math.Log10(points.Min(point => point.Second)))), Math.Max(highest, Math.Ceiling(Math.Log10(points.Max(point => point.Second)))));
            line.LegendText = curve.Name;
            line.LineWidth = 2;
            line.MarkerSize = 7;
        }
        plot.Title(title);
        plot.XLabel(by);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        plot.YLabel(yLabel);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            IntegerTicksOnly = true,
            MinorTickGenerator = new ScottPlot.TickGenerators.LogMinorTickGenerator(),
            LabelFormatter = power => string.Create(CultureInfo.InvariantCulture, $"1e{power:0}"),
        };
        // whole powers of ten, so that there are at least two labels
        if (lowest < highest)
            plot.Axes.SetLimitsY(lowest, highest);
        plot.ShowLegend(ScottPlot.Edge.Bottom);
        plot.SavePng(path, Width, Height);
    }
}
