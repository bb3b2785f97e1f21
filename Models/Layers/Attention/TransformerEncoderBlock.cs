namespace GpuNN;

/// <summary>
/// A block of a transformer that reads one sequence: self-attention, then a network of two layers at each step, both with a shortcut around
/// them and a layer normalisation. Causal, it is the block of a language model.
/// Shapes: x, y (batch, steps, width). Source: Vaswani et al. (2017), "Attention is all you need".
/// </summary>
public sealed class TransformerEncoderBlock : Layer, IKeepsShape
{
    private readonly MultiHeadAttention attention;
    private readonly FeedForward feedForward;
    private readonly SubLayer first;
    private readonly SubLayer second;

    /// <summary>A block.</summary>
    /// <param name="width">Numbers of a step.</param>
    /// <param name="heads">Heads, which share the width evenly.</param>
    /// <param name="hidden">Units of the inner network; 4 width if null.</param>
    /// <param name="causal">Whether a step sees no later one.</param>
    /// <param name="dropout">Dropout behind both parts.</param>
    /// <param name="norm">Where it normalises.</param>
    public TransformerEncoderBlock(int width, int heads, int? hidden = null, bool causal = false, float dropout = 0, NormPlace norm = NormPlace.Before)
    {
        attention = Use("attention", new MultiHeadAttention(width, heads, causal));
        first = Use("first", new SubLayer(width, dropout, norm));
        feedForward = Use("feed-forward", new FeedForward(width, hidden));
        second = Use("second", new SubLayer(width, dropout, norm));
        Norm = norm;
    }

    /// <summary>Where it normalises.</summary>
    public NormPlace Norm { get; }

    /// <summary>Its attention.</summary>
    public MultiHeadAttention Attention => attention;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Forward(x, null);

    /// <summary>The block with padding.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="lengths">Steps that each item has, integers (batch); all if null.</param>
    public Tensor Forward(Tensor x, Tensor? lengths) =>
        second.Around(first.Around(x, inner => attention.Attend(inner, lengths: lengths)), feedForward.Apply);

    /// <summary>The weights of its attention in this place, for pictures (batch, heads, steps, steps).</summary>
    /// <inheritdoc cref="Forward(Tensor, Tensor)"/>
    public Tensor Weights(Tensor x, Tensor? lengths = null) => attention.Weights(Norm == NormPlace.Before ? first.Normed(x) : x, lengths: lengths);

    /// <inheritdoc/>
    public override string ToString() => $"TransformerEncoderBlock({attention.Width}, {attention.Heads} heads{(attention.IsCausal ? ", causal" : "")})";
}
