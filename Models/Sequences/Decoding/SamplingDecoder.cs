namespace GpuNN;

/// <summary>
/// Draws each token with the probability softmax(log p / temperature), among the most probable ones only if so told. The draw of a
/// text's step depends on (seed, number of the text, step) alone.
/// Source: top-k by Fan, Lewis and Dauphin (2018), "Hierarchical neural story generation".
/// </summary>
public sealed class SamplingDecoder : Decoder
{
    private readonly ulong key;

    /// <summary>A decoder that draws.</summary>
    /// <param name="longest">The greatest length of a text, its end among them; 1 or more.</param>
    /// <param name="seed">Key of all draws.</param>
    public SamplingDecoder(int longest, ulong seed = 0) : base(longest) => key = Streams.Key(seed, "sampling decoder");

    /// <summary>Below 1 it prefers what is probable more than the model does, above 1 less.</summary>
    public double Temperature
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(
            nameof(value), $"SamplingDecoder: needs a temperature above 0, but got {value}.\nUse GreedyDecoder for the limit 0.");
    } = 1;

    /// <summary>From how many of the most probable tokens it draws; from all by default.</summary>
    public int Top
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(
            nameof(value), $"SamplingDecoder: needs at least one token to draw from, but Top is {value}.\nTry 10, or leave it out.");
    } = int.MaxValue;

    /// <inheritdoc/>
    public override IReadOnlyList<Decoded> Decode(NextToken next, IReadOnlyList<float[]> states) => Walk(next, states, Draw);

    private int Draw(int text, int place, float[] row)
    {
        int[] tokens = [.. Enumerable.Range(0, row.Length)];
        if (Top < tokens.Length)
            tokens = [.. tokens.OrderByDescending(token => row[token]).Take(Top)];
        double highest = row.Max();
        var weights = Array.ConvertAll(tokens, token => Math.Exp((row[token] - highest) / Temperature));
        var left = weights.Sum() * Streams.Uniform(Streams.Key(key, (ulong)text), (ulong)place);
        var drawn = tokens[0];
        for (var at = 0; at < tokens.Length && left >= 0; at++)
        {
            left -= weights[at];
            // rounding may leave something behind the last one: it must not fall to a token of no probability
            if (weights[at] > 0)
                drawn = tokens[at];
        }
        return drawn;
    }
}
