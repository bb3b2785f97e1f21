namespace GpuNN;

/// <summary>
/// Layers one after the other: y = f_n(... f_2(f_1(x))). Without layers it is the identity.
/// </summary>
public sealed class Sequential : Layer, IWidths
{
    /// <summary>A chain of layers, named 0, 1, 2 and so on.</summary>
    /// <exception cref="ShapeException">Two neighbours do not fit, as far as they know their sizes.</exception>
    public Sequential(params Layer[] layers)
    {
        var chain = new Chain();
        for (var i = 0; i < layers.Length; i++)
        {
            var layer = Use($"{i}", layers[i]);
            if (!chain.Take(layer))
                throw new ShapeException(
                    $"Sequential: needs layers that fit, but layer {i} takes items of {((IWidths)layer).Inputs} numbers and those before it make {chain.Known}.\n" +
                    $"Make its inputs {chain.Known}, or change the layer before it.\nIn Sequential > {i} > {layer}, while building the model.");
        }
        (Inputs, Outputs) = (chain.First, chain.Known);
    }

    /// <summary>Numbers an item must have, if the layers know.</summary>
    public int? Inputs { get; }

    /// <summary>Numbers an item has behind the last layer, if the layers know.</summary>
    public int? Outputs { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        foreach (var layer in Parts)
            x = layer.Apply(x);
        return x;
    }

    /// <inheritdoc/>
    public override string ToString() => $"Sequential({Parts.Count} layers)";

    private sealed class Chain
    {
        private bool untouched = true;

        public int? First { get; private set; }

        public int? Known { get; private set; }

        public bool Take(Layer layer)
        {
            if (layer is IKeepsShape)
                return true;
            var widths = layer as IWidths;
            if (Known is { } made && widths?.Inputs is { } taken && made != taken)
                return false;
            if (untouched)
                First = widths?.Inputs;
            untouched = false;
            Known = widths?.Outputs;
            return true;
        }
    }
}
