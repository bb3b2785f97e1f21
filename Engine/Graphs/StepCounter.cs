namespace GpuNN;

/// <summary>The number of runs a function has made, in device memory: the counter of its random streams.</summary>
public sealed class StepCounter : Tensor
{
    internal StepCounter() : base([1], ElementKind.Int) { }

    /// <inheritdoc/>
    public override string ToString() => "step";
}
