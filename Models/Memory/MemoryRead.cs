namespace GpuNN;

/// <summary>
/// Reads a memory: r = sum over n of weights[n] memory[n].
/// Shapes: weights (batch, heads, slots), memory (batch, slots, width), r (batch, heads, width).
/// Source: Graves, Wayne and Danihelka (2014), "Neural Turing machines", equation 2.
/// </summary>
public static class MemoryRead
{
    /// <summary>What each head reads.</summary>
    /// <param name="memory">The slots.</param>
    /// <param name="weights">Where each head looks.</param>
    public static Tensor Of(Tensor memory, Tensor weights) => weights.MatMul(memory);
}
