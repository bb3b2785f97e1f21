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

    /// <summary>
    /// Puts a new dense layer in the place of the last one, for another task: new initial values, and no state of an optimiser. All other
    /// layers stay as they are.
    /// </summary>
    /// <param name="classes">Units of the new layer; as many as before for other classes of the same number.</param>
    /// <returns>The new layer; it has the name of the old one, and its kind of initial values.</returns>
    /// <exception cref="InvalidOperationException">There is no dense layer among the parts, or a layer behind it has a size of its own.</exception>
    public Dense ReplaceHead(int classes)
    {
        var at = Parts.Count - 1;
        while (at >= 0 && Parts[at] is not Dense)
            at--;
        if (at < 0)
            throw new InvalidOperationException($"{this}: needs a dense layer among its own parts to replace as its head, but has none.\nReplace the head of the part that has it, or end the model with a Dense.");
        if (Parts.Skip(at + 1).FirstOrDefault(layer => layer is IWidths { Inputs: not null } or { Parameters.Count: > 0 }) is { } behind)
            throw new InvalidOperationException($"{this}: the last dense layer is taken for the head, but {behind} follows it and has a size of its own.\nBuild a new model and load the rest with strict: false.");
        var old = (Dense)Parts[at];
        var head = new Dense(old.Inputs, classes, bias: old.Bias is not null, old.Weight.Init);
        Replace(old, head);
        Outputs = classes;
        return head;
    }

    /// <summary>Numbers an item must have, if the layers know.</summary>
    public int? Inputs { get; }

    /// <summary>Numbers an item has behind the last layer, if the layers know.</summary>
    public int? Outputs { get; private set; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        DependOnParts();
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
