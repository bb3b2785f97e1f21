namespace GpuNN;

/// <summary>What the elements of a tensor are.</summary>
public enum ElementKind
{
    /// <summary>32-bit floating-point numbers.</summary>
    Float,

    /// <summary>32-bit integers: labels and indices; they have no gradient.</summary>
    Int,
}
