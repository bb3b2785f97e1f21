using System.Globalization;

namespace GpuNN.Cli;

/// <summary>Which classes are taken for which, as an SVG file: a row a true class, a column an answer, shaded by the share of the row.</summary>
public static class ConfusionPlot
{
    private const int Margin = 220;
    private const int Cell = 80;
    private const int LeastSide = 480;
    private const int MostSide = 1_200;

    /// <summary>Writes the matrix.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="counts">Samples of true class r that were said to be c, in [r, c].</param>
    /// <param name="names">Names of the classes.</param>
    public static void Write(string path, string title, int[,] counts, IReadOnlyList<string> names)
    {
        var classes = names.Count;
        using var plot = new ScottPlot.Plot();
        for (var row = 0; row < classes; row++)
        {
            var all = Math.Max(1, Enumerable.Range(0, classes).Sum(c => counts[row, c]));
            var y = classes - 1 - row;
            for (var c = 0; c < classes; c++)
            {
                var share = (double)counts[row, c] / all;
                var cell = plot.Add.Rectangle(c - 0.5, c + 0.5, y - 0.5, y + 0.5);
                cell.FillColor = ScottPlot.Colors.SteelBlue.WithAlpha(share);
                cell.LineColor = ScottPlot.Colors.White;
                var text = plot.Add.Text(counts[row, c].ToString(CultureInfo.InvariantCulture), c, y);
                text.LabelAlignment = ScottPlot.Alignment.MiddleCenter;
                text.LabelFontSize = 16;
                text.LabelFontColor = share > 0.5 ? ScottPlot.Colors.White : ScottPlot.Colors.Black;
            }
        }
        double[] places = [.. Enumerable.Range(0, classes).Select(place => (double)place)];
        plot.Axes.Bottom.SetTicks(places, [.. names]);
        plot.Axes.Left.SetTicks(places, [.. names.Reverse()]);
        plot.Axes.SetLimits(-0.5, classes - 0.5, -0.5, classes - 0.5);
        plot.HideGrid();
        plot.Title(title);
        plot.XLabel("answer");
        plot.YLabel("true class");
        var side = Math.Clamp(Margin + Cell * classes, LeastSide, MostSide);
        plot.SaveSvg(path, side, side);
    }
}
