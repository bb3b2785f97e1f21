namespace GpuNN;

/// <summary>
/// What a recurrent layer carries from one step to the next: the outputs, and the cells where there are any, of each of its runs, in the order of
/// <see cref="RecurrentLayer.Runs"/>.
/// Shapes: each (batch, units).
/// </summary>
/// <param name="Tensors">The tensors, run by run: h, or h and c.</param>
public sealed record RecurrentState(IReadOnlyList<Tensor> Tensors)
{
    /// <summary>The same numbers, through which no gradient flows: where back-propagation through time is cut.</summary>
    public RecurrentState Detach() => new([.. Tensors.Select(tensor => tensor.Detach())]);

    /// <summary>All tensors side by side (batch, numbers of a state), to be fed back and unpacked by <see cref="RecurrentLayer.Unpacked"/>.</summary>
    public Tensor Packed() => Slicing.Concatenate(1, [.. Tensors]);
}
