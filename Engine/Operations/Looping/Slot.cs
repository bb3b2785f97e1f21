namespace GpuNN;

/// <summary>What a loop's body reads: a state, this step's item of a sequence, or a tensor from outside the loop.</summary>
internal sealed class Slot(Shape shape, ElementKind kind, string what) : Tensor(shape, kind)
{
    /// <inheritdoc/>
    public override string ToString() => $"{what} {Shape}";
}
