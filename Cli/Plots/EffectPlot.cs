namespace GpuNN.Cli;

/// <summary>The effect of single inputs on a model's answer, and where it is known the true one, as an SVG file.</summary>
public static class EffectPlot
{
    private const int Width = 800;
    private const int Height = 500;
    private static readonly ScottPlot.Palettes.Category10 palette = new();

    /// <summary>Writes the curves: learned ones as lines, true ones dashed in the same colour.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="effects">Pairs of curves for the same input.</param>
    public static void Write(string path, string title, IReadOnlyList<(Curve Learned, Curve True)> effects)
    {
        using var plot = new ScottPlot.Plot();
        foreach (var (place, (learned, truth)) in effects.Index())
        {
            var line = plot.Add.ScatterLine(learned.X.ToArray(), learned.Y.ToArray(), palette.GetColor(place));
            line.LineWidth = 2;
            line.LegendText = learned.Name;
            var dashes = plot.Add.ScatterLine(truth.X.ToArray(), truth.Y.ToArray(), palette.GetColor(place));
            dashes.LinePattern = ScottPlot.LinePattern.Dashed;
        }
        plot.Title(title);
        plot.XLabel("input");
        plot.YLabel("effect on the answer, mean 0");
        plot.ShowLegend(ScottPlot.Edge.Right);
        plot.SaveSvg(path, Width, Height);
    }
}
