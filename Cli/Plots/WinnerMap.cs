using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// Which unit of a competing pair wins for which class, as an SVG file: a square's shade is the share of the class's items for
/// which the first of the two wins. The pairs that differ most from class to class are shown, the one that differs most on the left.
/// </summary>
public static class WinnerMap
{
    private const int Width = 900;
    private const int Height = 350;

    // A picture in an SVG file is smoothed where it is enlarged, so it is as large as it is shown.
    private const int Zoom = 16;

    /// <summary>Writes the map.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="activations">What the competing layer made of each item (count, units): one of each pair is 0.</param>
    /// <param name="items">The items' labels.</param>
    /// <param name="units">Units of the layer, two a pair.</param>
    /// <param name="pairs">How many pairs are shown.</param>
    public static void Write(string path, float[] activations, DataSet items, int units, int pairs)
    {
        var shares = Enumerable.Range(0, units / 2).Select(pair => Shares(activations, items, units, pair))
            .OrderByDescending(Spread).Take(pairs).ToArray();
        var cells = new double[items.Classes * Zoom, shares.Length * Zoom];
        for (var row = 0; row < cells.GetLength(0); row++)
            for (var column = 0; column < cells.GetLength(1); column++)
                cells[row, column] = shares[column / Zoom][row / Zoom];

        using var plot = new ScottPlot.Plot();
        var map = plot.Add.Heatmap(cells);
        map.Colormap = new ScottPlot.Colormaps.Balance();
        map.ManualRange = new ScottPlot.Range(0, 1);
        map.Extent = new ScottPlot.CoordinateRect(-0.5, shares.Length - 0.5, -0.5, items.Classes - 0.5);
        plot.Add.ColorBar(map).Label = "share";
        // The first row of a heat map is at the top.
        double[] places = [.. Enumerable.Range(0, items.Classes).Select(row => (double)(items.Classes - 1 - row))];
        plot.Axes.Left.SetTicks(places, [.. Enumerable.Range(0, items.Classes).Select(row => row.ToString(CultureInfo.InvariantCulture))]);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.EmptyTickGenerator();
        plot.Axes.Margins(0, 0);
        plot.Title("How often the first unit of a pair wins");
        plot.XLabel($"{shares.Length} pairs of units of the last hidden layer");
        plot.YLabel("digit");
        plot.SaveSvg(path, Width, Height);
    }

    /// <summary>For each class the share of items for which the first unit of a pair wins.</summary>
    private static double[] Shares(float[] activations, DataSet items, int units, int pair)
    {
        var (wins, counts) = (new double[items.Classes], new double[items.Classes]);
        for (var item = 0; item < items.Count; item++)
        {
            var label = items.Labels.Span[item];
            counts[label]++;
            if (activations[item * units + 2 * pair] != 0)
                wins[label]++;
        }
        return [.. wins.Zip(counts, (won, count) => won / Math.Max(1, count))];
    }

    private static double Spread(double[] shares)
    {
        var mean = shares.Average();
        return shares.Sum(share => (share - mean) * (share - mean));
    }
}
