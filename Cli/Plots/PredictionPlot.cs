namespace GpuNN.Cli;

/// <summary>Predicted against true numbers as an SVG file: points on the diagonal are right.</summary>
public static class PredictionPlot
{
    private const int Side = 600;
    private const int MostPoints = 2_000;

    /// <summary>Writes the points; of more than 2,000 every n-th is shown.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="unit">What is predicted, for both axes.</param>
    /// <param name="truth">The true numbers.</param>
    /// <param name="predicted">What a model that has not seen them says.</param>
    public static void Write(string path, string title, string unit, IReadOnlyList<float> truth, IReadOnlyList<float> predicted)
    {
        var step = (truth.Count + MostPoints - 1) / MostPoints;
        int[] shown = [.. Enumerable.Range(0, truth.Count).Where(row => row % step == 0)];
        using var plot = new ScottPlot.Plot();
        var points = plot.Add.ScatterPoints(shown.Select(row => (double)truth[row]).ToArray(), shown.Select(row => (double)predicted[row]).ToArray());
        points.MarkerSize = 4;
        points.Color = points.Color.WithAlpha(0.5);
        double[] ends = [truth.Min(), truth.Max()];
        var diagonal = plot.Add.ScatterLine(ends, ends, ScottPlot.Colors.Black);
        diagonal.LinePattern = ScottPlot.LinePattern.Dashed;
        plot.Title(title);
        plot.XLabel($"{unit}, true");
        plot.YLabel($"{unit}, predicted");
        plot.SaveSvg(path, Side, Side);
    }
}
