namespace GpuNN.Cli;

/// <summary>Draws the course of a training as an SVG file.</summary>
public static class LossPlot
{
    /// <summary>Writes the curves over a common axis; a curve without a finite point is left out.</summary>
    public static void Write(string path, string title, IEnumerable<Curve> curves) => CurvePlot.WriteSvg(path, title, "loss", curves);
}
