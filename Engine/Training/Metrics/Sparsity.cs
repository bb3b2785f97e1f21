namespace GpuNN;

/// <summary>
/// Share of a prediction's numbers that are 0, or nearly. <see cref="Of"/> measures the activations of a layer inside a model.
/// Shapes: prediction any; the target is not looked at.
/// Source: Glorot, Bordes and Bengio (2011), "Deep sparse rectifier neural networks".
/// </summary>
public sealed record Sparsity : Metric
{
    /// <summary>The greatest |a| that counts as 0.</summary>
    public float Threshold { get; init; }

    /// <inheritdoc/>
    public override string Name => "sparsity";

    /// <inheritdoc/>
    public override bool MoreIsBetter => true;

    /// <inheritdoc/>
    public override Tensor Sum(Tensor prediction, Tensor target) => Zeros(prediction);

    /// <inheritdoc/>
    public override Tensor Count(Tensor prediction, Tensor target) => prediction.Shape.Elements;

    /// <summary>The share of zeros in what a layer makes of a data set, as in use: of the first layers of a model, say.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="layer">What makes the activations.</param>
    /// <param name="set">The items.</param>
    /// <param name="batch">Items in a run.</param>
    /// <exception cref="InvalidDataException">The set is empty.</exception>
    public double Of(Device device, Layer layer, DataSet set, int batch = 256)
    {
        if (set.Count == 0)
            throw new InvalidDataException("Sparsity: needs at least one item, but the set is empty.\nCheck what was loaded, and any filter or split on the way.");
        var function = device.Compile(graph =>
        {
            var made = layer.Apply(graph.Input("input"));
            return Zeros(made) / (float)made.Shape.Elements;
        }, training: false, name: "sparsity");
        var sum = 0.0;
        foreach (var part in set.Batches(batch))
            sum += (double)function.Run(part.InputFeed("input"))[0].Scalar() * part.Count;
        return sum / set.Count;
    }

    // A NaN is neither below nor at the threshold, so it is no zero.
    private Tensor Zeros(Tensor x)
    {
        var size = x.Abs();
        return (((Tensor)Threshold).Greater(size) + size.Equal(Threshold)).Sum();
    }
}
