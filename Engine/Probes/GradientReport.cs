using System.Globalization;

namespace GpuNN;

/// <summary>
/// Norms of gradients and outputs by layer, from the first to the last, on one batch. Gradients vanish or explode by a factor a
/// layer on their way back, so the ratio of the first layer's to the last's tells.
/// Source: Hochreiter (1991); Bengio, Simard and Frasconi (1994), "Learning long-term dependencies with gradient descent is difficult".
/// </summary>
/// <param name="Step">Steps of training before it was measured.</param>
/// <param name="Layers">The layers that have parameters or no parts, in the order of their declaration.</param>
public sealed record GradientReport(long Step, IReadOnlyList<LayerGradient> Layers)
{
    /// <summary>By how much the first and the last layer may differ before gradients count as vanishing or exploding.</summary>
    public const double Limit = 1e3;

    /// <summary>
    /// The norm of the gradient by what the first layer with parameters makes, over that of the last; by their parameters, where an
    /// owner calls one of them by Forward. 0 if nothing reaches the first, NaN if a gradient is no finite number.
    /// </summary>
    public double Ratio
    {
        get
        {
            LayerGradient[] learning = [.. Layers.Where(layer => layer.Gradient is not null)];
            var (first, last) = (learning[0], learning[^1]);
            var (top, bottom) = first.OutputGradient is { } one && last.OutputGradient is { } other
                ? (one, other)
                : (first.Gradient!.Value, last.Gradient!.Value);
            return !Array.TrueForAll(learning, layer => double.IsFinite(layer.Gradient!.Value)) ? double.NaN : top == 0 ? 0 : top / bottom;
        }
    }

    /// <summary>What the ratio says.</summary>
    public GradientVerdict Verdict => Ratio switch
    {
        < 1 / Limit => GradientVerdict.Vanishing,
        <= Limit => GradientVerdict.Steady,
        _ => GradientVerdict.Exploding,
    };

    /// <summary>A line a layer, and the verdict.</summary>
    public override string ToString()
    {
        var width = Layers.Max(layer => layer.Layer.Length);
        var rows = Layers.Select(layer => string.Create(CultureInfo.InvariantCulture,
            $"{layer.Layer.PadRight(width)}  {Figure(layer.Gradient)}  {Figure(layer.Output)}  {Figure(layer.OutputGradient)}"));
        return string.Join('\n', rows
            .Prepend($"{"layer".PadRight(width)}    gradient      output  by output")
            .Append(string.Create(CultureInfo.InvariantCulture, $"{Verdict}: the first layer's gradient is {Ratio:G3} of the last's")));
    }

    private static string Figure(double? value) =>
        (value is { } known ? known.ToString("0.00E+00", CultureInfo.InvariantCulture) : "-").PadLeft(10);
}
