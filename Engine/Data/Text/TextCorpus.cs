namespace GpuNN;

/// <summary>
/// One long text as a stream of tokens, for a model that predicts the next one from those before it.
/// </summary>
public sealed class TextCorpus
{
    private readonly ReadOnlyMemory<int> tokens;

    /// <summary>A text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="vocabulary">Turns it into tokens; that of its own characters by default.</param>
    public TextCorpus(string text, Vocabulary? vocabulary = null)
    {
        Vocabulary = vocabulary ?? Vocabulary.Of(TextUnit.Characters, [text]);
        tokens = Vocabulary.Encode(text);
    }

    private TextCorpus(Vocabulary vocabulary, ReadOnlyMemory<int> tokens) => (Vocabulary, this.tokens) = (vocabulary, tokens);

    /// <summary>What the tokens stand for.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>Number of tokens.</summary>
    public int Count => tokens.Length;

    /// <summary>The tokens in their order.</summary>
    public ReadOnlySpan<int> Tokens => tokens.Span;

    /// <summary>Reads a text file, plain or compressed with gzip.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="vocabulary">Turns it into tokens; that of its own characters by default.</param>
    public static TextCorpus Load(string path, Vocabulary? vocabulary = null)
    {
        using var reader = new StreamReader(PlainOrGzip.OpenRead(path));
        return new TextCorpus(reader.ReadToEnd(), vocabulary);
    }

    /// <summary>Cuts the text in two: its beginning, to learn from, and its end, to judge by.</summary>
    /// <param name="fraction">Part of the tokens that goes to the first, more than 0 and less than 1.</param>
    public (TextCorpus Train, TextCorpus Validation) Split(double fraction)
    {
        if (!(fraction > 0 && fraction < 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), $"TextCorpus.Split: needs a fraction between 0 and 1, both left out, but got {fraction}.\nTry 0.9.");
        var train = (int)Math.Round(Count * fraction);
        return (new TextCorpus(Vocabulary, tokens[..train]), new TextCorpus(Vocabulary, tokens[train..]));
    }

    /// <summary>
    /// Windows of the text; the label of each step is the token after it. The text is cut into as many tracks as a batch has rows, and
    /// sample w * batch + row is window w of track row. So batches in the order of the set go on where the one before ended, row by row,
    /// and a model may carry its state from one to the next: truncated back-propagation through time. What does not fill a window
    /// of every track is left out.
    /// Shapes: items (steps), labels (steps).
    /// Source: Williams and Peng (1990), "An efficient gradient-based algorithm for on-line training of recurrent network trajectories".
    /// </summary>
    /// <param name="batch">Rows of a batch.</param>
    /// <param name="steps">Steps of a window.</param>
    /// <exception cref="InvalidDataException">The text is too short for one window a row.</exception>
    public DataSet Windows(int batch, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var windows = (Count - 1) / batch / steps;
        if (windows < 1)
            throw new InvalidDataException($"TextCorpus.Windows: needs more than {(long)batch * steps:N0} tokens for {batch} rows of {steps} steps, but the text has {Count:N0}.\nUse fewer rows, shorter windows or a longer text.");
        var track = windows * steps;
        var (inputs, labels) = (new int[(long)batch * track], new int[(long)batch * track]);
        for (var window = 0; window < windows; window++)
            for (var row = 0; row < batch; row++)
            {
                var (from, to) = (row * track + window * steps, (window * batch + row) * steps);
                Tokens.Slice(from, steps).CopyTo(inputs.AsSpan(to));
                Tokens.Slice(from + 1, steps).CopyTo(labels.AsSpan(to));
            }
        return DataSet.OfTokens(inputs, [steps], Vocabulary.Count).Labelled(labels, Vocabulary.Count, [steps]);
    }
}
