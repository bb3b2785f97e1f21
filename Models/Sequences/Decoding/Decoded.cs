namespace GpuNN;

/// <summary>What a decoder wrote.</summary>
/// <param name="Tokens">The tokens, without start and end.</param>
/// <param name="LogProbability">The sum of the log-probabilities of all tokens, the end among them. Units: nats.</param>
/// <param name="Ended">Whether the model ended it; otherwise the decoder did, at its greatest length.</param>
public sealed record Decoded(int[] Tokens, double LogProbability, bool Ended)
{
    /// <summary>Number of tokens that the log-probability is of.</summary>
    public int Length => Tokens.Length + (Ended ? 1 : 0);
}
