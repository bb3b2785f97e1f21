namespace GpuNN;

/// <summary>What a neural Turing machine carries from a step to the next.</summary>
/// <param name="Last">The controller's output and what the heads read (batch, units + readers width).</param>
/// <param name="Cell">The controller's cells (batch, units); null for a controller without a state.</param>
/// <param name="Memory">The slots (batch, slots, width).</param>
/// <param name="Weights">Where each head was, those that read first (batch, heads, slots).</param>
public sealed record MemoryState(Tensor Last, Tensor? Cell, Tensor Memory, Tensor Weights)
{
    /// <summary>Its tensors, as a scan carries them.</summary>
    public Tensor[] Tensors => Cell is null ? [Last, Memory, Weights] : [Last, Memory, Weights, Cell];

    /// <summary>The state with these tensors.</summary>
    public static MemoryState Of(Tensor[] tensors) => new(tensors[0], tensors.Length > 3 ? tensors[3] : null, tensors[1], tensors[2]);
}
