namespace GpuNN;

/// <summary>
/// A stack of transformer blocks that read one sequence; with normalisation before the parts, a last one ends it.
/// Shapes: x, y (batch, steps, width). Source: Vaswani et al. (2017), "Attention is all you need".
/// </summary>
public sealed class TransformerEncoder : Layer, IKeepsShape
{
    private readonly TransformerEncoderBlock[] blocks;
    private readonly LayerNorm? norm;

    /// <summary>A stack.</summary>
    /// <param name="depth">Blocks.</param>
    /// <param name="width">Numbers of a step.</param>
    /// <param name="heads">Heads, which share the width evenly.</param>
    /// <param name="hidden">Units of the inner networks; 4 width if null.</param>
    /// <param name="causal">Whether a step sees no later one.</param>
    /// <param name="dropout">Dropout behind all parts.</param>
    /// <param name="place">Where it normalises.</param>
    public TransformerEncoder(int depth, int width, int heads, int? hidden = null, bool causal = false, float dropout = 0, NormPlace place = NormPlace.Before)
    {
        blocks = [.. Enumerable.Range(0, depth).Select(i => Use($"blocks.{i}", new TransformerEncoderBlock(width, heads, hidden, causal, dropout, place)))];
        if (place == NormPlace.Before)
            norm = Use("norm", new LayerNorm(width));
    }

    /// <summary>The blocks.</summary>
    public IReadOnlyList<TransformerEncoderBlock> Blocks => blocks;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Forward(x, null);

    /// <summary>The stack with padding.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="lengths">Steps that each item has, integers (batch); all if null.</param>
    public Tensor Forward(Tensor x, Tensor? lengths)
    {
        foreach (var block in blocks)
            x = block.Forward(x, lengths);
        return norm?.Apply(x) ?? x;
    }

    /// <summary>The weights of each block's attention, for pictures (batch, heads, steps, steps).</summary>
    /// <inheritdoc cref="Forward(Tensor, Tensor)"/>
    public Tensor[] Weights(Tensor x, Tensor? lengths = null)
    {
        var weights = new Tensor[blocks.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = blocks[i].Weights(x, lengths);
            x = blocks[i].Forward(x, lengths);
        }
        return weights;
    }

    /// <inheritdoc/>
    public override string ToString() => $"TransformerEncoder({blocks.Length} blocks)";
}
