namespace GpuNN;

/// <summary>
/// A recurrent model of text: it reads token after token and says how probable each next one is.
/// Shapes: tokens (batch, steps) integers, logits (batch, steps, vocabulary).
/// Source: Mikolov et al. (2010), "Recurrent neural network based language model".
/// Learns by: back-propagation through time. Recipe: char-model.
/// </summary>
public sealed class RecurrentLanguageModel : Layer
{
    private readonly Embedding embedding;
    private readonly RecurrentLayer memory;
    private readonly Dropout dropout;
    private readonly Dense head;

    /// <summary>A model.</summary>
    /// <param name="vocabulary">Number of tokens.</param>
    /// <param name="width">Numbers that a token is read as.</param>
    /// <param name="memory">What remembers: an <see cref="Lstm"/> of that many inputs, say. In one direction, forwards.</param>
    /// <param name="dropout">The chance that an input or output of the memory is dropped in training.</param>
    public RecurrentLanguageModel(int vocabulary, int width, RecurrentLayer memory, float dropout = 0)
    {
        if (memory.ReadsBackwards || memory.TimeFirst || !memory.ReturnsSteps)
            throw new ArgumentException($"RecurrentLanguageModel: needs a layer in one direction, forwards, that returns all steps behind the batch, but got {memory}.\nWho reads backwards knows the next token already.");
        embedding = Use("embedding", new Embedding(vocabulary, width));
        this.memory = Use("memory", memory);
        this.dropout = Use("dropout", new Dropout(dropout));
        head = Use("head", new Dense(memory.Outputs, vocabulary));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Read(x, null).Logits;

    /// <summary>The model as a decoder takes it: the state of a text is that of the memory. Begin with zeros, <see cref="StateSize"/> of them.</summary>
    /// <param name="device">Where it runs.</param>
    public NextToken Next(Device device)
    {
        var step = device.Compile(graph =>
        {
            var state = memory.Unpacked(graph.Input("states", [graph.Batch, StateSize]));
            var (logits, last) = Read(graph.Labels("tokens", [graph.Batch, 1], embedding.Vocabulary), state);
            return [logits.Reshape([graph.Batch, embedding.Vocabulary]).LogSoftmax(), last.Packed()];
        });
        return (tokens, states) =>
        {
            var results = step.Run(
                Feed.Of("states", states.SelectMany(state => state).ToArray(), [states.Count, StateSize]), Feed.Of("tokens", tokens.ToArray(), [tokens.Count, 1]));
            return new DecodingStep([.. results[0].ToArray().Chunk(embedding.Vocabulary)], [.. results[1].ToArray().Chunk(StateSize)]);
        };
    }

    /// <summary>Numbers of a text's state.</summary>
    public int StateSize => memory.StateSize;

    private (Tensor Logits, RecurrentState Last) Read(Tensor tokens, RecurrentState? state)
    {
        var (steps, last) = memory.Run(dropout.Forward(embedding.Apply(tokens)), state);
        return (head.Apply(dropout.Forward(steps)), last);
    }

    /// <inheritdoc/>
    public override string ToString() => $"RecurrentLanguageModel({embedding.Vocabulary} tokens, {memory})";
}
