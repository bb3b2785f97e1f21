namespace GpuNN;

/// <summary>
/// A transformer that reads tokens and answers at the last one: embedding, positions, blocks, and a dense layer on the last step.
/// Shapes: x (batch, steps) integers, returns logits (batch, classes).
/// Source: Vaswani et al. (2017), "Attention is all you need". Learns by: back-propagation. Recipe: recall.
/// </summary>
public sealed class TransformerClassifier : Layer
{
    private readonly Embedding embedding;
    private readonly LearnedPositions positions;
    private readonly TransformerEncoder encoder;
    private readonly Dense head;

    /// <summary>A classifier of sequences.</summary>
    /// <param name="vocabulary">Number of tokens.</param>
    /// <param name="steps">Most steps of a sequence.</param>
    /// <param name="classes">Number of answers.</param>
    /// <param name="depth">Blocks.</param>
    /// <param name="width">Numbers of a step.</param>
    /// <param name="heads">Heads, which share the width evenly.</param>
    /// <param name="dropout">Dropout behind all parts.</param>
    public TransformerClassifier(int vocabulary, int steps, int classes, int depth, int width, int heads, float dropout = 0)
    {
        embedding = Use("embedding", new Embedding(vocabulary, width));
        positions = Use("positions", new LearnedPositions(steps, width));
        encoder = Use("encoder", new TransformerEncoder(depth, width, heads, causal: true, dropout: dropout));
        head = Use("head", new Dense(width, classes));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        var y = encoder.Apply(Embedded(x));
        var (batch, steps, width) = (y.Shape[0], y.Shape[1], y.Shape[2]);
        return head.Apply(y.Slice(1, steps - 1, 1).Reshape([batch, width]));
    }

    /// <summary>The weights of each block's attention, for pictures (batch, heads, steps, steps).</summary>
    /// <param name="x">Tokens.</param>
    public Tensor[] Weights(Tensor x) => encoder.Weights(Embedded(x));

    /// <inheritdoc/>
    public override string ToString() => $"TransformerClassifier({embedding.Vocabulary} tokens, {encoder.Blocks.Count} blocks, {head.Outputs} classes)";

    private Tensor Embedded(Tensor x) => positions.Apply(embedding.Apply(x));
}
