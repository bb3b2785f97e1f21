using GpuNN.Pointwise;

namespace GpuNN;

/// <summary>
/// Finds the slots of a memory that look like a key: w[n] = softmax over n of strength cos(key, memory[n]), where
/// cos(k, m) = k . m / sqrt((|k|^2 + e) (|m|^2 + e)). The small e gives keys and slots of zeros the cosine 0 and gradients without NaN.
/// Shapes: key (batch, heads, width), strength (batch, heads, 1), memory (batch, slots, width), w (batch, heads, slots).
/// Units: strength 0 or more; each row of w sums to 1.
/// Source: Graves, Wayne and Danihelka (2014), "Neural Turing machines", equations 5 and 6.
/// </summary>
public static class ContentAddressing
{
    private const float Epsilon = 1e-8f;

    /// <summary>The weights of the slots.</summary>
    /// <param name="key">What each head looks for.</param>
    /// <param name="strength">How much better the best slot must be seen.</param>
    /// <param name="memory">The slots.</param>
    public static Tensor Weights(Tensor key, Tensor strength, Tensor memory)
    {
        var (batch, slots) = (memory.Shape[0], memory.Shape[1]);
        return (strength * InverseNorm(key) * InverseNorm(memory).Reshape([batch, 1, slots]) * key.MatMul(memory.Permute(0, 2, 1))).Softmax();
    }

    private static Tensor InverseNorm(Tensor x) => (x.Square().Sum(2, keepAxis: true) + Epsilon).Map<Rsqrt>();
}
