namespace GpuNN;

/// <summary>What attention makes: the mixture, and how it was mixed, for pictures.</summary>
/// <param name="Context">Mixtures of the values (batch, queries, width).</param>
/// <param name="Weights">Shares of the values (batch, queries, keys); each row sums to 1, or is 0 where nothing is seen.</param>
public readonly record struct Attended(Tensor Context, Tensor Weights);
