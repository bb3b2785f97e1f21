namespace GpuNN;

/// <summary>
/// A recurrent layer on sequences of different lengths in one batch: the last feature of each step says 1 where the sequence has that step and 0
/// where it is padding behind its end. Padding changes no state and gets no gradient.
/// Shapes: x (batch, steps, inputs + 1), y as the layer's. Outputs behind a sequence's end repeat its last one.
/// </summary>
public sealed class MaskedSequence : Layer
{
    private readonly RecurrentLayer layer;

    /// <summary>Wraps a layer, whose steps stand behind the batch.</summary>
    public MaskedSequence(RecurrentLayer layer)
    {
        if (layer.TimeFirst)
            throw new ArgumentException($"MaskedSequence: needs a layer of sequences (batch, steps, features), but {layer} takes steps first.\nLeave TimeFirst out.");
        this.layer = Use("layer", layer);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (x.Shape.Rank != 3 || x.Shape[2] != layer.Inputs + 1)
            throw new ShapeException($"MaskedSequence: needs sequences (batch, steps, {layer.Inputs} + 1), but got {x.Shape}.\nAdd a last feature of 1 for steps and 0 for padding, as PaddedSequences does.");
        var (batch, steps) = (x.Shape[0], x.Shape[1]);
        var mask = x.Slice(2, layer.Inputs, 1).Reshape([batch, steps]);
        // The length is the place of the first 0, one behind the last step where there is none.
        var lengths = (1f - mask.Pad(1, 0, 1)).ArgMax();
        var (all, last) = layer.Run(x.Slice(2, 0, layer.Inputs), lengths: lengths);
        return layer.ReturnsSteps ? all : layer.LastOf(last);
    }

    /// <inheritdoc/>
    public override string ToString() => $"MaskedSequence({layer})";
}
