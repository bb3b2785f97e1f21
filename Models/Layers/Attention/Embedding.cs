namespace GpuNN;

/// <summary>
/// Embedding: y[n, t] = E[x[n, t]], a row of a table for each token; the same as a one-hot vector times E. The gradient of a row is the sum
/// over its uses, in the order of their places.
/// Shapes: x (batch, steps) integers in [0, vocabulary), E (vocabulary, width), y (batch, steps, width).
/// Source: Bengio, Ducharme, Vincent and Jauvin (2003), "A neural probabilistic language model".
/// </summary>
public sealed class Embedding : Layer
{
    private readonly Parameter table;

    /// <summary>An embedding.</summary>
    /// <param name="vocabulary">Number of tokens. One outside is refused when it is fed.</param>
    /// <param name="width">Numbers a token gets.</param>
    /// <param name="init">Initial table; normal with variance 1 / width if null.</param>
    public Embedding(int vocabulary, int width, Init? init = null)
    {
        if (vocabulary < 1 || width < 1)
            throw new ArgumentOutOfRangeException(vocabulary < 1 ? nameof(vocabulary) : nameof(width),
                $"Embedding: needs at least one token and one number for each, but got {vocabulary} and {width}.\nPass the size of the vocabulary and the width of the model.");
        (Vocabulary, Width) = (vocabulary, width);
        table = Own("table", [vocabulary, width], init ?? Inits.Normal(1 / MathF.Sqrt(width)));
    }

    /// <summary>Number of tokens.</summary>
    public int Vocabulary { get; }

    /// <summary>Numbers a token gets.</summary>
    public int Width { get; }

    /// <summary>E (vocabulary, width).</summary>
    public Parameter Table => table;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => table.GatherFed(x);

    /// <inheritdoc/>
    public override string ToString() => $"Embedding({Vocabulary} tokens -> {Width})";
}
