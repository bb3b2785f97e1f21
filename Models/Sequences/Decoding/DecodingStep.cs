namespace GpuNN;

/// <summary>
/// One step of a model that writes token by token, for several texts at once: what it makes of the last token of each and of its
/// state. The state is all that the model knows of the text so far, and of its source; its meaning is the model's own.
/// Wrap a compiled function in it, or any other rule.
/// </summary>
/// <param name="tokens">The last token of each text.</param>
/// <param name="states">The state of each text before it; not to be changed.</param>
public delegate DecodingStep NextToken(IReadOnlyList<int> tokens, IReadOnlyList<float[]> states);

/// <summary>What a model makes of one token more of each text.</summary>
/// <param name="LogProbabilities">For each text, the log-probability of each token to be the next one. Units: nats.</param>
/// <param name="States">For each text, the state behind the token; texts that go on from it in several ways share it.</param>
public sealed record DecodingStep(IReadOnlyList<float[]> LogProbabilities, IReadOnlyList<float[]> States);
