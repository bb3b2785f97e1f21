namespace GpuNN;

/// <summary>
/// Standardises the inputs of a model inside the model: y = (x - mean) / deviation for each number of an item, with statistics
/// that <see cref="Adapt"/> takes from data and that are saved with the model. A number that was constant becomes 0; NaN stays.
/// Shapes: x, y (batch, item...). Units: y in standard deviations.
/// Source: LeCun, Bottou, Orr and Müller (1998), "Efficient backprop", section 4.3.
/// </summary>
public sealed class InputNormalisation : Layer, IKeepsShape
{
    private readonly Parameter mean;
    private readonly Parameter rest;
    private readonly Parameter scale;

    /// <summary>Normalisation of inputs.</summary>
    /// <param name="itemShape">Shape of an item, without the batch axis.</param>
    public InputNormalisation(Shape itemShape)
    {
        if (itemShape.Elements == 0)
            throw new ArgumentOutOfRangeException(nameof(itemShape), $"InputNormalisation: needs at least one number an item, but got {itemShape}.\nPass the shape of an item, such as DataSet.ItemShape.");
        ItemShape = itemShape;
        var given = Inits.Given("InputNormalisation: needs statistics before it is used", "Call Adapt with the training data, or load a model that was saved with them.");
        mean = Own("mean", itemShape, given, incoming: [], trainable: false);
        rest = Own("rest", itemShape, given, incoming: [], trainable: false);
        scale = Own("scale", itemShape, given, incoming: [], trainable: false);
    }

    /// <summary>Normalisation of rows of numbers.</summary>
    /// <param name="features">Numbers of a row.</param>
    public InputNormalisation(int features) : this([Math.Max(0, features)]) { }

    /// <summary>Shape of an item.</summary>
    public Shape ItemShape { get; }

    /// <summary>The means.</summary>
    public Parameter Mean => mean;

    /// <summary>1 / deviation; 0 where a number is constant.</summary>
    public Parameter Scale => scale;

    /// <summary>Takes the statistics of a data set, in double precision; NaN counts as missing. Those from before are forgotten.</summary>
    /// <param name="data">The training data.</param>
    /// <exception cref="InvalidDataException">The set is empty, has items of another shape, or holds infinities.</exception>
    public void Adapt(DataSet data)
    {
        if (data.Count > 0 && data.ItemShape != ItemShape)
            throw new InvalidDataException($"InputNormalisation: needs items of {ItemShape}, but the set has {data.ItemShape}.\nPass data in the shape in which the model takes it.");
        var scaler = new StandardScaler();
        scaler.Fit(data);
        mean.Set(Array.ConvertAll(scaler.Means, value => (float)value));
        rest.Set(Array.ConvertAll(scaler.Means, value => (float)(value - (float)value)));
        scale.Set(Array.ConvertAll(scaler.Deviations, value => value > 0 ? (float)(1 / value) : 0));
    }

    // The mean in two parts, so that numbers far from 0 lose nothing.
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Shape.Rank == ItemShape.Rank + 1 && x.Shape.Skip(1) == ItemShape
        ? (x - mean - rest) * scale
        : throw new ShapeException($"InputNormalisation: needs items of {ItemShape}, but got {x.Shape}.\nPass the shape of an item to its constructor.\nIn {Path} > {this}, while recording the forward pass.");

    /// <inheritdoc/>
    public override string ToString() => $"InputNormalisation{ItemShape}";
}
