namespace GpuNN;

/// <summary>
/// A block of a transformer that writes a sequence while it reads another: causal self-attention, attention to the memory, then a network of
/// two layers at each step, all with a shortcut around them and a layer normalisation.
/// Shapes: x, y (batch, steps, width), memory (batch, keys, memory width).
/// Source: Vaswani et al. (2017), "Attention is all you need".
/// </summary>
public sealed class TransformerDecoderBlock : Layer
{
    private readonly MultiHeadAttention self;
    private readonly MultiHeadAttention cross;
    private readonly FeedForward feedForward;
    private readonly SubLayer first;
    private readonly SubLayer second;
    private readonly SubLayer third;

    /// <summary>A block.</summary>
    /// <param name="width">Numbers of a step.</param>
    /// <param name="heads">Heads of both attentions.</param>
    /// <param name="memoryWidth">Numbers of a step of the memory; the width if null.</param>
    /// <param name="hidden">Units of the inner network; 4 width if null.</param>
    /// <param name="dropout">Dropout behind each part.</param>
    /// <param name="norm">Where it normalises.</param>
    public TransformerDecoderBlock(int width, int heads, int? memoryWidth = null, int? hidden = null, float dropout = 0, NormPlace norm = NormPlace.Before)
    {
        self = Use("self", new MultiHeadAttention(width, heads, causal: true));
        first = Use("first", new SubLayer(width, dropout, norm));
        cross = Use("cross", new MultiHeadAttention(width, heads, memoryWidth: memoryWidth ?? width));
        second = Use("second", new SubLayer(width, dropout, norm));
        feedForward = Use("feed-forward", new FeedForward(width, hidden));
        third = Use("third", new SubLayer(width, dropout, norm));
    }

    /// <summary>The block, with the sequence as its own memory.</summary>
    public override Tensor Forward(Tensor x) => Forward(x, x);

    /// <summary>The block.</summary>
    /// <param name="x">The sequence that is written.</param>
    /// <param name="memory">The encoder's output.</param>
    /// <param name="lengths">Steps that each memory has, integers (batch); all if null.</param>
    public Tensor Forward(Tensor x, Tensor memory, Tensor? lengths = null)
    {
        x = first.Around(x, self.Apply);
        x = second.Around(x, inner => cross.Attend(inner, memory, lengths));
        return third.Around(x, feedForward.Apply);
    }

    /// <inheritdoc/>
    public override string ToString() => $"TransformerDecoderBlock({self.Width}, {self.Heads} heads)";
}
