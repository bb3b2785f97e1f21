using System.Numerics;

namespace GpuNN;

/// <summary>
/// A model that writes with any <see cref="Decoder"/>: the encoder and one step of the decoder, each compiled. The state of a text is that of
/// the decoder and, where the model attends, the length of its source and the encoder's steps, which stay the same.
/// </summary>
public sealed class Translator
{
    /// <summary>Sources that are translated at the same time.</summary>
    private const int Together = 64;

    private readonly SequenceToSequence model;
    private readonly Function encode;
    private readonly Function write;

    /// <summary>A translator by a model.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="model">The model; what it learns later counts.</param>
    public Translator(Device device, SequenceToSequence model)
    {
        this.model = model;
        encode = device.Compile(graph =>
        {
            var code = model.Encode(graph.Input("source"));
            return model.Attends ? [code.State.Packed(), code.Lengths, code.Steps] : [code.State.Packed()];
        }, training: false, name: "encode");
        write = device.Compile(graph =>
        {
            var state = model.Unpacked(graph.Input("state"));
            var code = model.Attends ? new Encoded(graph.Input("memory"), graph.Input("lengths"), state) : null;
            var (logits, last) = model.Step(code, graph.Input("tokens"), state);
            return [logits.LogSoftmax(), last.Packed()];
        }, training: false, name: "write");
    }

    /// <summary>What the decoder starts from, for each source.</summary>
    /// <param name="sources">The sources, one after the other, padded to the same length.</param>
    /// <param name="steps">That length.</param>
    public IReadOnlyList<float[]> Encode(ReadOnlyMemory<int> sources, int steps)
    {
        var batch = sources.Length / steps;
        var code = encode.Run(Feed.Of("source", sources, [batch, steps]));
        var states = code[0].ToArray().Chunk(model.StateSize(steps));
        if (!model.Attends)
            return [.. states];
        var (lengths, memory) = (code[1].ToIntArray(), code[2].ToArray());
        return [.. states.Zip(lengths, memory.Chunk(memory.Length / batch)).Select(float[] (text) => [.. text.First, text.Second, .. text.Third])];
    }

    /// <summary>One step of writing: the model as a <see cref="NextToken"/>.</summary>
    /// <inheritdoc cref="NextToken"/>
    public DecodingStep Next(IReadOnlyList<int> tokens, IReadOnlyList<float[]> states)
    {
        // a power of two, so that the function is compiled for few batches; the rows behind the last are not read
        var batch = (int)BitOperations.RoundUpToPowerOf2((uint)tokens.Count);
        var results = model.Attends
            ? write.Run(Tokens(tokens, batch), States(states, batch), Lengths(states, batch), Memory(states, batch))
            : write.Run(Tokens(tokens, batch), States(states, batch));
        var size = StateSize(states);
        var (logs, moved) = (results[0].ToArray(), results[1].ToArray());
        var next = new float[tokens.Count][];
        for (var row = 0; row < next.Length; row++)
        {
            next[row] = [.. states[row]];
            moved.AsSpan(row * size, size).CopyTo(next[row]);
        }
        return new DecodingStep([.. logs.Chunk(model.TargetTokens).Take(tokens.Count)], next);
    }

    /// <summary>Writes a text for each source.</summary>
    /// <param name="sources">The sources: samples of tokens.</param>
    /// <param name="decoder">By which rule.</param>
    public IReadOnlyList<Decoded> Translate(DataSet sources, Decoder decoder)
    {
        var steps = sources.ItemShape[0];
        var texts = new List<Decoded>(sources.Count);
        for (var row = 0; row < sources.Count; row += Together)
            texts.AddRange(decoder.Decode(Next, Encode(sources.Tokens.Slice(row * steps, Math.Min(Together, sources.Count - row) * steps), steps)));
        return texts;
    }

    private int StateSize(IReadOnlyList<float[]> states) => model.StateSize(model.Attends ? model.SourceSteps(states[0].Length) : 0);

    private static Feed Tokens(IReadOnlyList<int> tokens, int batch)
    {
        var padded = new int[batch];
        for (var row = 0; row < tokens.Count; row++)
            padded[row] = tokens[row];
        return Feed.Of("tokens", padded, [batch, 1]);
    }

    private Feed States(IReadOnlyList<float[]> states, int batch) =>
        Feed.Of("state", Columns(states, batch, 0, StateSize(states)), [batch, StateSize(states)]);

    private Feed Lengths(IReadOnlyList<float[]> states, int batch) =>
        Feed.Of("lengths", Array.ConvertAll(Columns(states, batch, StateSize(states), 1), length => (int)length), [batch]);

    private Feed Memory(IReadOnlyList<float[]> states, int batch)
    {
        var (from, width) = (StateSize(states) + 1, model.MemoryWidth);
        return Feed.Of("memory", Columns(states, batch, from, states[0].Length - from), [batch, (states[0].Length - from) / width, width]);
    }

    private static float[] Columns(IReadOnlyList<float[]> states, int batch, int from, int count)
    {
        var columns = new float[batch * count];
        for (var row = 0; row < states.Count; row++)
            states[row].AsSpan(from, count).CopyTo(columns.AsSpan(row * count));
        return columns;
    }
}
