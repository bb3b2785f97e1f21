using ScottPlot;
using ScottPlot.MultiplotLayouts;
using SkiaSharp;

namespace GpuNN.Cli;

/// <summary>What one panel of a picture of decision regions shows.</summary>
/// <param name="Title">Stands above it.</param>
/// <param name="Predict">The model: a row of logits for each point, or one logit for class 1 against class 0; usually <c>trainer.Predict</c>.</param>
/// <param name="Points">Points of two numbers, with labels, or with targets of 0 and 1.</param>
public sealed record DecisionPanel(string Title, Func<DataSet, float[]> Predict, DataSet Points);

/// <summary>
/// What a model of two inputs makes of the plane, written as a PNG file: each place has the colours of the classes mixed by their
/// probabilities, so that a border is sharp where the model is sure, and the points of the data lie on top.
/// </summary>
public static class DecisionRegions
{
    private const int Cells = 280;
    private const int PanelPixels = 520;
    private const int MostInOneRow = 3;
    private const double Margin = 0.06;
    private const double Beyond = 1.2;
    private const float PointSize = 5;
    private const int MostPoints = 400;

    // told apart by people who see no red or green, too; source: Okabe and Ito (2008)
    private static readonly SKColor[] colours =
    [
        new(0x00, 0x72, 0xB2), new(0xE6, 0x9F, 0x00), new(0x00, 0x9E, 0x73), new(0xCC, 0x79, 0xA7), new(0x56, 0xB4, 0xE9),
        new(0xD5, 0x5E, 0x00), new(0xF0, 0xE4, 0x42), new(0x99, 0x99, 0x99),
    ];

    /// <summary>Writes panels in rows: three fill one row, four a square.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="panels">What they show.</param>
    public static void Write(string path, params IReadOnlyList<DecisionPanel> panels)
    {
        if (panels.Count == 0)
            throw new ArgumentException("A picture of decision regions needs at least one panel, but got none.", nameof(panels));
        var columns = panels.Count <= MostInOneRow ? panels.Count : (int)Math.Ceiling(Math.Sqrt(panels.Count));
        var rows = (panels.Count + columns - 1) / columns;
        var sheet = new Multiplot();
        sheet.AddPlots(panels.Count);
        sheet.Layout = new Grid(rows, columns);
        for (var i = 0; i < panels.Count; i++)
            Draw(sheet.GetPlot(i), panels[i]);
        sheet.SavePng(path, columns * PanelPixels, rows * PanelPixels);
        foreach (var plot in sheet.GetPlots())
            plot.Dispose();
    }

    private static void Draw(Plot plot, DecisionPanel panel)
    {
        var points = panel.Points;
        if (points.ItemShape != Shape.Of(2) || points.Count == 0 || !points.HasLabels && points.TargetShape != Shape.Of(1))
            throw new ArgumentException($"Decision regions need points of two numbers with a class each, but got {points}.\nUse DataSet.WithLabels on items of (2).", nameof(panel));
        var (middleX, middleY, half) = Square(points);
        // a frame is a little wider than high, or the other way round, so the plane goes on behind it
        var beyond = Beyond * half;
        plot.Add.ImageRect(
            new Image(Plane(panel.Predict, middleX, middleY, beyond)),
            new CoordinateRect(middleX - beyond, middleX + beyond, middleY - beyond, middleY + beyond));
        var shown = points.Take(MostPoints);
        foreach (var group in Enumerable.Range(0, shown.Count).GroupBy(row => ClassOf(shown, row)).OrderBy(group => group.Key))
        {
            int[] rows = [.. group];
            var dots = plot.Add.Markers(
                Array.ConvertAll(rows, row => (double)shown.Item(row)[0]), Array.ConvertAll(rows, row => (double)shown.Item(row)[1]),
                MarkerShape.FilledCircle, PointSize, Color.FromSKColor(Colour(group.Key)));
            dots.MarkerStyle.OutlineWidth = 1;
            dots.MarkerStyle.OutlineColor = Colors.Black;
            dots.LegendText = points.ClassNames.Count > 0 ? points.ClassNames[group.Key] : $"class {group.Key}";
        }
        plot.Axes.SetLimits(middleX - half, middleX + half, middleY - half, middleY + half);
        plot.Axes.SquareUnits();
        plot.Title(panel.Title);
        plot.XLabel(points.ColumnNames.Count > 0 ? points.ColumnNames[0] : "first input");
        plot.YLabel(points.ColumnNames.Count > 0 ? points.ColumnNames[1] : "second input");
        plot.ShowLegend(Alignment.UpperRight);
    }

    private static (double X, double Y, double Half) Square(DataSet points)
    {
        double Of(Func<double, double, double> choose, int axis) => Enumerable.Range(0, points.Count).Select(row => (double)points.Item(row)[axis]).Aggregate(choose);
        var (left, right, low, high) = (Of(Math.Min, 0), Of(Math.Max, 0), Of(Math.Min, 1), Of(Math.Max, 1));
        var size = Math.Max(right - left, high - low);
        return ((left + right) / 2, (low + high) / 2, (size > 0 ? size : 1) * (0.5 + Margin));
    }

    private static SKBitmap Plane(Func<DataSet, float[]> predict, double middleX, double middleY, double half)
    {
        var places = new float[2 * Cells * Cells];
        for (var cell = 0; cell < Cells * Cells; cell++)
        {
            places[2 * cell] = (float)(middleX + half * ((cell % Cells + 0.5) / Cells * 2 - 1));
            places[2 * cell + 1] = (float)(middleY - half * ((cell / Cells + 0.5) / Cells * 2 - 1));
        }
        var logits = predict(DataSet.Of(places, [2]));
        var width = logits.Length / (Cells * Cells);
        var picture = new SKBitmap(Cells, Cells, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var cell = 0; cell < Cells * Cells; cell++)
            picture.SetPixel(cell % Cells, cell / Cells, Mixed(Probabilities(logits.AsSpan(cell * width, width))));
        return picture;
    }

    private static double[] Probabilities(ReadOnlySpan<float> logits)
    {
        double[] scores = logits.Length == 1 ? [0, logits[0]] : [.. logits.ToArray().Select(logit => (double)logit)];
        var (largest, sum) = (scores.Max(), 0.0);
        for (var c = 0; c < scores.Length; c++)
            sum += scores[c] = Math.Exp(scores[c] - largest);
        return Array.ConvertAll(scores, score => score / sum);
    }

    // paler than the points, so that these stand out
    private static SKColor Mixed(double[] probabilities)
    {
        double red = 0, green = 0, blue = 0;
        for (var c = 0; c < probabilities.Length; c++)
        {
            var colour = Colour(c);
            red += probabilities[c] * colour.Red;
            green += probabilities[c] * colour.Green;
            blue += probabilities[c] * colour.Blue;
        }
        return new SKColor(Pale(red), Pale(green), Pale(blue));

        static byte Pale(double part) => (byte)(127 + part / 2);
    }

    private static SKColor Colour(int label) => colours[label % colours.Length];

    private static int ClassOf(DataSet points, int row) => points.HasLabels ? points.Labels.Span[row] : points.Target(row)[0] > 0.5f ? 1 : 0;
}
