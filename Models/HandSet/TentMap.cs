namespace GpuNN;

/// <summary>
/// The tent map t(x) = 1 - |2x - 1| on [0, 1], 0 outside, folded k times: t(t(...t(x))). Each fold is one layer of three
/// rectified units, t(x) = 2 relu(x) - 4 relu(x - 1/2) + 2 relu(x - 1). Each fold doubles the teeth: k layers draw 2^(k-1) of them,
/// for which one hidden layer would need as many units as there are kinks, 2^k + 1. Where x is a multiple of 2^-23 the result is exact.
/// Shapes: x (batch, 1), y (batch, 1).
/// Source: Telgarsky (2016), "Benefits of depth in neural networks".
/// </summary>
public sealed class TentMap : Layer, IWidths
{
    private static readonly float[] heights = [2, -4, 2];
    private static readonly float[] kinks = [0, -0.5f, -1];

    private readonly Sequential layers;

    /// <summary>A network.</summary>
    /// <param name="folds">How often the map is applied.</param>
    public TentMap(int folds)
    {
        if (folds < 1)
            throw new ArgumentOutOfRangeException(nameof(folds), $"TentMap: needs at least one fold, but got {folds}.\nEach fold doubles the teeth; one fold is one tooth.");
        Folds = folds;
        // the heights of one fold and the kinks of the next meet in one matrix
        float[] between = [.. heights.SelectMany(height => Enumerable.Repeat(height, kinks.Length))];
        var chain = new List<Layer> { Given(1, [1, 1, 1], kinks), new Relu() };
        for (var fold = 1; fold < folds; fold++)
            chain.AddRange([Given(kinks.Length, between, kinks), new Relu()]);
        layers = Use("layers", new Sequential([.. chain, Given(kinks.Length, heights, null)]));
    }

    /// <summary>How often the map is applied.</summary>
    public int Folds { get; }

    int? IWidths.Inputs => 1;

    int? IWidths.Outputs => 1;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => layers.Apply(x);

    /// <inheritdoc/>
    public override string ToString() => $"TentMap({Folds} folds)";

    private static Dense Given(int inputs, float[] weights, float[]? biases)
    {
        var layer = new Dense(inputs, weights.Length / inputs, bias: biases is not null, init: Inits.Values(weights));
        layer.Bias?.Set(biases);
        return layer;
    }
}
