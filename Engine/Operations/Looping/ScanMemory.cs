namespace GpuNN;

/// <summary>What a scan keeps of its steps for the backward pass.</summary>
public enum ScanMemory
{
    /// <summary>Everything the gradient needs, so that nothing is computed twice. Memory grows with the steps.</summary>
    Stash,

    /// <summary>The states alone; the rest of a step is computed again in the backward pass. Memory grows with the steps, but by less.</summary>
    Recompute,

    /// <summary>
    /// The states between segments of about the square root of the steps; the backward pass runs each segment again before it goes
    /// through it. Memory grows with the square root of the steps, for one more forward pass; only outputs of the body are there for all steps.
    /// Source: Chen et al. (2016), "Training deep nets with sublinear memory cost".
    /// </summary>
    SquareRoot,
}
