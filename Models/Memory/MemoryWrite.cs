namespace GpuNN;

/// <summary>
/// Writes to a memory, first erasing and then adding: y[n] = memory[n] product over h of (1 - weights[h, n] erase[h]) + sum over h of
/// weights[h, n] add[h]. The order of the heads does not matter.
/// Shapes: memory and y (batch, slots, width), weights (batch, heads, slots), erase and add (batch, heads, width).
/// Units: erase in [0, 1].
/// Source: Graves, Wayne and Danihelka (2014), "Neural Turing machines", equations 3 and 4.
/// </summary>
public static class MemoryWrite
{
    /// <summary>The memory after the writing.</summary>
    /// <param name="memory">The memory before.</param>
    /// <param name="weights">Where each head writes.</param>
    /// <param name="erase">What it wipes out.</param>
    /// <param name="add">What it puts there.</param>
    public static Tensor Of(Tensor memory, Tensor weights, Tensor erase, Tensor add)
    {
        var kept = Enumerable.Range(0, weights.Shape[1])
            .Select(head => 1 - Outer(weights.Slice(1, head, 1), erase.Slice(1, head, 1)))
            .Aggregate(memory, (rest, share) => rest * share);
        return kept + Outer(weights, add);
    }

    // A product with inner size heads: its gradients are products too, and no sums of stretched tensors.
    private static Tensor Outer(Tensor weights, Tensor row) => weights.Permute(0, 2, 1).MatMul(row);
}
