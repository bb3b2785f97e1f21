namespace GpuNN;

/// <summary>
/// A stack of transformer blocks that write a sequence while they read another; with normalisation before the parts, a last one ends it.
/// Shapes: x, y (batch, steps, width), memory (batch, keys, memory width). Source: Vaswani et al. (2017), "Attention is all you need".
/// </summary>
public sealed class TransformerDecoder : Layer
{
    private readonly TransformerDecoderBlock[] blocks;
    private readonly LayerNorm? norm;

    /// <summary>A stack.</summary>
    /// <param name="depth">Blocks.</param>
    /// <param name="width">Numbers of a step.</param>
    /// <param name="heads">Heads of all attentions.</param>
    /// <param name="memoryWidth">Numbers of a step of the memory; the width if null.</param>
    /// <param name="hidden">Units of the inner networks; 4 width if null.</param>
    /// <param name="dropout">Dropout behind all parts.</param>
    /// <param name="place">Where it normalises.</param>
    public TransformerDecoder(int depth, int width, int heads, int? memoryWidth = null, int? hidden = null, float dropout = 0, NormPlace place = NormPlace.Before)
    {
        blocks = [.. Enumerable.Range(0, depth).Select(i => Use($"blocks.{i}", new TransformerDecoderBlock(width, heads, memoryWidth, hidden, dropout, place)))];
        if (place == NormPlace.Before)
            norm = Use("norm", new LayerNorm(width));
    }

    /// <summary>The blocks.</summary>
    public IReadOnlyList<TransformerDecoderBlock> Blocks => blocks;

    /// <summary>The stack, with the sequence as its own memory.</summary>
    public override Tensor Forward(Tensor x) => Forward(x, x);

    /// <summary>The stack.</summary>
    /// <param name="x">The sequence that is written.</param>
    /// <param name="memory">The encoder's output.</param>
    /// <param name="lengths">Steps that each memory has, integers (batch); all if null.</param>
    public Tensor Forward(Tensor x, Tensor memory, Tensor? lengths = null)
    {
        foreach (var block in blocks)
            x = block.Forward(x, memory, lengths);
        return norm?.Apply(x) ?? x;
    }

    /// <inheritdoc/>
    public override string ToString() => $"TransformerDecoder({blocks.Length} blocks)";
}
