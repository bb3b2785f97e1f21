using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Where in the memory of a loop an operand of its body lies. It stays, moves with the steps of a sequence, or takes two places in turns.
/// </summary>
/// <param name="Source">Number of the loop's operand; the output and the scratch memory have those behind the last one.</param>
/// <param name="Start">First element, at step 0.</param>
/// <param name="Length">Elements.</param>
/// <param name="Stride">Elements from one step, or one of the two places, to the next.</param>
/// <param name="Phase">Of two places, the one of turn 0, when it is counted in twos.</param>
internal readonly record struct Place(int Source, long Start, long Length, long Stride = 0, int? Phase = null)
{
    /// <summary>Whether it is another one at each step.</summary>
    public bool Moves => Stride > 0;

    /// <summary>The place in one step.</summary>
    /// <param name="turn">How many steps ran before.</param>
    /// <param name="step">The step's place in the sequences.</param>
    public Place At(int turn, int step) => new(Source, Start + (Phase is { } phase ? turn + phase & 1 : step) * Stride, Length);

    /// <summary>Its memory, once it no longer moves.</summary>
    public View In(View[] sources) => sources[Source].Slice(Start, Length);
}
