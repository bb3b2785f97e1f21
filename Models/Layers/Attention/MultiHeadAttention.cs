namespace GpuNN;

/// <summary>
/// Attention of several heads: each attends with queries, keys and values of its own, made by projections of the input; their results, one
/// behind the other, are projected once more. In self-attention queries, keys and values come out of one projection; in cross-attention the
/// keys and values come from another sequence, the memory.
/// Shapes: x (batch, steps, width), memory (batch, keys, memory width), y as x.
/// Source: Vaswani et al. (2017), "Attention is all you need".
/// </summary>
public sealed class MultiHeadAttention : Layer, IKeepsShape
{
    private readonly Dense? projection;
    private readonly Dense? query;
    private readonly Dense? keyValue;
    private readonly Dense output;

    /// <summary>Attention of several heads.</summary>
    /// <param name="width">Numbers of a step.</param>
    /// <param name="heads">Heads, which share the width evenly.</param>
    /// <param name="causal">Whether a step sees no later one.</param>
    /// <param name="memoryWidth">For cross-attention: numbers of a step of the memory. Null for self-attention.</param>
    public MultiHeadAttention(int width, int heads, bool causal = false, int? memoryWidth = null)
    {
        if (width < 1 || heads < 1 || width % heads != 0)
            throw new ArgumentOutOfRangeException(nameof(heads), $"MultiHeadAttention: needs heads that share the width evenly, but got {heads} heads and a width of {width}.\nTry 1, 2, 4 or 8 heads and a width that is a multiple of them.");
        (Width, Heads, IsCausal) = (width, heads, causal);
        if (memoryWidth is { } from)
        {
            query = Use("query", new Dense(width, width));
            keyValue = Use("key-value", new Dense(from, 2 * width));
        }
        else
        {
            projection = Use("projection", new Dense(width, 3 * width));
        }
        output = Use("output", new Dense(width, width));
    }

    /// <summary>Numbers of a step.</summary>
    public int Width { get; }

    /// <summary>Heads.</summary>
    public int Heads { get; }

    /// <summary>Whether a step sees no later one.</summary>
    public bool IsCausal { get; }

    /// <summary>Whether keys and values come from a memory.</summary>
    public bool IsCross => projection is null;

    /// <summary>Self-attention.</summary>
    public override Tensor Forward(Tensor x) => Attend(x);

    /// <summary>Attention of a sequence to itself, or to a memory.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="memory">The other sequence, in cross-attention.</param>
    /// <param name="lengths">Steps that each item has to attend to, integers (batch); all if null.</param>
    /// <param name="mask">What is added to the scores (steps, keys); null for nothing.</param>
    public Tensor Attend(Tensor x, Tensor? memory = null, Tensor? lengths = null, Tensor? mask = null)
    {
        CheckMemory(memory);
        if (projection is not null)
            return output.Apply(Attention.Heads(projection.Apply(x), Heads, mask, IsCausal, lengths));
        var (k, v) = KeysAndValues(memory!);
        return output.Apply(Attention.Heads(query!.Apply(x), k, v, Heads, mask, IsCausal, lengths));
    }

    /// <summary>The weights of each head, for pictures (batch, heads, steps, keys).</summary>
    /// <inheritdoc cref="Attend"/>
    public Tensor Weights(Tensor x, Tensor? memory = null, Tensor? lengths = null, Tensor? mask = null)
    {
        CheckMemory(memory);
        if (projection is null)
            return Attention.Weights(query!.Apply(x), KeysAndValues(memory!).Keys, Heads, mask, IsCausal, lengths);
        var qkv = projection.Apply(x);
        return Attention.Weights(qkv.Slice(2, 0, Width), qkv.Slice(2, Width, Width), Heads, mask, IsCausal, lengths);
    }

    /// <inheritdoc/>
    public override string ToString() => $"MultiHeadAttention({Width}, {Heads} heads{(IsCross ? ", of a memory" : "")}{(IsCausal ? ", causal" : "")})";

    private (Tensor Keys, Tensor Values) KeysAndValues(Tensor memory)
    {
        var both = keyValue!.Apply(memory);
        return (both.Slice(2, 0, Width), both.Slice(2, Width, Width));
    }

    private void CheckMemory(Tensor? memory)
    {
        if (IsCross != memory is not null)
            throw new ShapeException($"{this}: {(IsCross ? "attends to a memory, but got none" : "attends to the sequence itself, but got a memory")}.\n" +
                $"{(IsCross ? "Pass the encoder's output as memory" : "Build it with memoryWidth for cross-attention")}.\nIn {Path} > {this}, while recording the forward pass.");
    }
}
