namespace GpuNN;

/// <summary>
/// The way back from a vector to tokens, with the table of an embedding: y = x E^T + b, log-odds of each token. E is one parameter: it learns
/// from both uses.
/// Shapes: x (..., width), E (vocabulary, width), b (vocabulary), y (..., vocabulary).
/// Source: Press and Wolf (2017), "Using the output embedding to improve language models".
/// </summary>
public sealed class TiedSoftmax : Layer
{
    private readonly Parameter table;
    private readonly Parameter? bias;

    /// <summary>An output layer that borrows its weights.</summary>
    /// <param name="embedding">Whose table it uses; usually a layer of the same model.</param>
    /// <param name="bias">Whether each token adds a number of its own; it starts at 0.</param>
    public TiedSoftmax(Embedding embedding, bool bias = true)
    {
        (Width, Vocabulary) = (embedding.Width, embedding.Vocabulary);
        table = Share(embedding.Table);
        if (bias)
            this.bias = Own("bias", [Vocabulary], Inits.Zeros);
    }

    /// <summary>Numbers of a vector.</summary>
    public int Width { get; }

    /// <summary>Number of tokens.</summary>
    public int Vocabulary { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        var y = x.MatMul(table.Transpose());
        return bias is null ? y : y + bias;
    }

    /// <inheritdoc/>
    public override string ToString() => $"TiedSoftmax({Width} -> {Vocabulary} tokens)";
}
