namespace GpuNN;

/// <summary>
/// A transformer that says at each step which token comes next: embedding, positions, causal blocks, and the embedding's own table as the way back.
/// Shapes: x (batch, steps) integers, returns logits (batch, steps, vocabulary).
/// Source: Radford et al. (2018), "Improving language understanding by generative pre-training". Learns by: back-propagation.
/// </summary>
public sealed class TransformerLanguageModel : Layer
{
    private readonly Embedding embedding;
    private readonly LearnedPositions positions;
    private readonly Dropout dropout;
    private readonly TransformerEncoder decoder;
    private readonly TiedSoftmax head;

    /// <summary>A model of sequences.</summary>
    /// <param name="vocabulary">Number of tokens.</param>
    /// <param name="steps">Most steps of a sequence.</param>
    /// <param name="depth">Blocks.</param>
    /// <param name="width">Numbers of a step.</param>
    /// <param name="heads">Heads, which share the width evenly.</param>
    /// <param name="dropout">Dropout behind all parts and the embedding.</param>
    public TransformerLanguageModel(int vocabulary, int steps, int depth, int width, int heads, float dropout = 0)
    {
        embedding = Use("embedding", new Embedding(vocabulary, width, Inits.Normal(0.02f)));
        positions = Use("positions", new LearnedPositions(steps, width));
        this.dropout = Use("dropout", new Dropout(dropout));
        decoder = Use("decoder", new TransformerEncoder(depth, width, heads, causal: true, dropout: dropout));
        head = Use("head", new TiedSoftmax(embedding));
        Steps = steps;
    }

    /// <summary>Most steps of a sequence.</summary>
    public int Steps { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => head.Apply(decoder.Apply(dropout.Apply(positions.Apply(embedding.Apply(x)))));

    /// <summary>
    /// The model as a decoder takes it: the state of a text is what has been read of it, as far as the model reaches back. Begin with an empty state.
    /// </summary>
    /// <param name="device">Where it runs.</param>
    public NextToken Next(Device device)
    {
        var vocabulary = embedding.Vocabulary;
        var read = device.Compile(graph => Apply(graph.Labels("tokens", [graph.Batch, Steps], vocabulary)).LogSoftmax());
        return (tokens, states) =>
        {
            var texts = states.Select((state, row) => state.Append(tokens[row]).TakeLast(Steps).ToArray()).ToArray();
            // What stands behind a text is not seen from it.
            var fed = texts.SelectMany(text => text.Select(token => (int)token).Concat(Enumerable.Repeat(0, Steps - text.Length))).ToArray();
            var said = read.Run(Feed.Of("tokens", fed, [texts.Length, Steps]))[0].ToArray();
            return new DecodingStep([.. texts.Select((text, row) => said.AsSpan((row * Steps + text.Length - 1) * vocabulary, vocabulary).ToArray())], texts);
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"TransformerLanguageModel({embedding.Vocabulary} tokens, {decoder.Blocks.Count} blocks)";
}
