using System.Globalization;

namespace GpuNN.Cli;

/// <summary>A series, forecasts of it made at several times, and the bands that it should lie in, as a PNG file.</summary>
public static class ForecastPlot
{
    private const int Width = 1_000;
    private const int Height = 480;
    private const int Ticks = 8;
    private const double OuterOpacity = 0.2;
    private const double InnerOpacity = 0.45;

    /// <summary>Writes the picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="series">The series.</param>
    /// <param name="first">The first value that is shown.</param>
    /// <param name="bands">The forecasts.</param>
    public static void Write(string path, string title, TimeSeries series, int first, IReadOnlyList<ForecastBand> bands)
    {
        using var plot = new ScottPlot.Plot();
        var colour = plot.Add.Palette.GetColor(1);
        foreach (var (number, band) in bands.Index())
        {
            var x = Places(band.Start, band.Forecast.Length);
            foreach (var (place, (level, lower, upper)) in band.Intervals.Index())
            {
                var area = plot.Add.FillY(x, lower, upper);
                area.FillColor = colour.WithAlpha(place == 0 ? OuterOpacity : InnerOpacity);
                area.LineWidth = 0;
                area.LegendText = number == 0 ? string.Create(CultureInfo.InvariantCulture, $"{100 * level:0} %") : "";
            }
        }
        var actual = plot.Add.ScatterLine(Places(first, series.Count - first), series.Values[first..].ToArray(), ScottPlot.Colors.Black);
        actual.LegendText = "actual";
        foreach (var (number, band) in bands.Index())
        {
            var line = plot.Add.Scatter(Places(band.Start, band.Forecast.Length), band.Forecast, colour);
            line.LineWidth = 2;
            line.MarkerSize = 4;
            line.LegendText = number == 0 ? "forecast" : "";
        }
        plot.Title(title);
        plot.YLabel(series.Name);
        if (series.Labels.Count > 0)
            Label(plot, series, first);
        plot.ShowLegend(ScottPlot.Alignment.UpperLeft);
        plot.SavePng(path, Width, Height);
    }

    private static void Label(ScottPlot.Plot plot, TimeSeries series, int first)
    {
        var step = Math.Max(1, (series.Count - first) / Ticks);
        int[] places = [.. Enumerable.Range(0, (series.Count - 1 - first) / step + 1).Select(tick => first + tick * step)];
        plot.Axes.Bottom.SetTicks([.. places.Select(place => (double)place)], [.. places.Select(place => series.Labels[place])]);
    }

    private static double[] Places(int first, int count) => [.. Enumerable.Range(first, count).Select(place => (double)place)];
}
