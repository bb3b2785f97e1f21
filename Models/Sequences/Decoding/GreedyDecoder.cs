namespace GpuNN;

/// <summary>Takes the most probable token at each step; the first of equal ones.</summary>
/// <param name="longest">The greatest length of a text, its end among them; 1 or more.</param>
public sealed class GreedyDecoder(int longest) : Decoder(longest)
{
    /// <inheritdoc/>
    public override IReadOnlyList<Decoded> Decode(NextToken next, IReadOnlyList<float[]> states) =>
        Walk(next, states, (_, _, row) => Array.IndexOf(row, row.Max()));
}
