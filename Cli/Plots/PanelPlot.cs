using ScottPlot;

namespace GpuNN.Cli;

/// <summary>
/// Draws curves in panels side by side over the same ranges, as a PNG file: the same measurement of several methods. Curves of one name
/// share a colour: the first is drawn thick and stands in the legend, the others thin.
/// </summary>
public static class PanelPlot
{
    private const int Width = 420;
    private const int AloneWidth = 800;
    private const int Height = 450;
    private const float Thick = 2.5f;
    private const float Thin = 0.7f;
    private const double ThinOpacity = 0.5;
    private const float Marker = 7;
    private const int MarkersUpTo = 20;

    /// <summary>Writes the panels, left to right.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="x">What the horizontal axis shows; its ticks are whole numbers.</param>
    /// <param name="y">What the vertical axis shows, from 0 to 1.</param>
    /// <param name="panels">Curves with a title.</param>
    public static void Write(string path, string x, string y, params IReadOnlyList<Panel> panels)
    {
        if (panels.Count == 0)
            throw new ArgumentException("A plot needs at least one panel, but got none.", nameof(panels));
        var sheet = new Multiplot();
        sheet.AddPlots(panels.Count);
        sheet.Layout = new ScottPlot.MultiplotLayouts.Columns();
        for (var i = 0; i < panels.Count; i++)
            Draw(sheet.GetPlot(i), panels[i], x, y);
        sheet.SavePng(path, panels.Count == 1 ? AloneWidth : Width * panels.Count, Height);
        foreach (var plot in sheet.GetPlots())
            plot.Dispose();
    }

    private static void Draw(Plot plot, Panel panel, string x, string y)
    {
        string[] names = [.. panel.Curves.Select(curve => curve.Name).Distinct()];
        // Stable, so that the thick ones lie above the thin ones and stand in the legend in their order.
        foreach (var curve in panel.Curves.OrderBy(IsFirst))
        {
            var colour = plot.Add.Palette.GetColor(Array.IndexOf(names, curve.Name));
            var line = plot.Add.Scatter(curve.X.ToArray(), curve.Y.ToArray(), IsFirst(curve) ? colour : colour.WithOpacity(ThinOpacity));
            line.LineWidth = IsFirst(curve) ? Thick : Thin;
            line.MarkerSize = IsFirst(curve) && panel.Curves.Max(other => other.X.Count) <= MarkersUpTo ? Marker : 0;
            line.LegendText = IsFirst(curve) ? curve.Name : "";
        }
        plot.Title(panel.Title);
        plot.XLabel(x);
        plot.YLabel(y);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        plot.Axes.SetLimitsY(0, 1);
        plot.ShowLegend(Alignment.LowerRight);

        bool IsFirst(Curve curve) => panel.Curves.First(other => other.Name == curve.Name) == curve;
    }
}

/// <summary>Curves with a title.</summary>
/// <param name="Title">What stands above them.</param>
/// <param name="Curves">The curves.</param>
public sealed record Panel(string Title, IReadOnlyList<Curve> Curves);
