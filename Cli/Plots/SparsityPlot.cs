namespace GpuNN.Cli;

/// <summary>Draws how an accuracy changes with the part of the weights that is taken out, as a PNG file.</summary>
public static class SparsityPlot
{
    private const int Width = 800;
    private const int Height = 450;

    /// <summary>Writes the curves over the sparsity, and the whole network's accuracy as a line across.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="whole">The accuracy without pruning, a fraction.</param>
    /// <param name="curves">Accuracies as fractions over sparsities as fractions.</param>
    public static void Write(string path, string title, double whole, IEnumerable<Curve> curves)
    {
        using var plot = new ScottPlot.Plot();
        var line = plot.Add.HorizontalLine(100 * whole, width: 1.5f, color: ScottPlot.Colors.Gray, pattern: ScottPlot.LinePattern.Dashed);
        line.LegendText = "all weights";
        foreach (var curve in curves)
        {
            var points = plot.Add.Scatter(Percent(curve.X), Percent(curve.Y));
            points.LegendText = curve.Name;
            points.LineWidth = 2;
            points.MarkerSize = 7;
        }
        plot.Title(title);
        plot.XLabel("weights taken out, %");
        plot.YLabel("accuracy on the test set, %");
        plot.Axes.SetLimitsX(0, 100);
        plot.ShowLegend(ScottPlot.Alignment.LowerLeft);
        plot.SavePng(path, Width, Height);
    }

    private static double[] Percent(IEnumerable<double> fractions) => [.. fractions.Select(fraction => 100 * fraction)];
}
