namespace GpuNN.Kernels;

/// <summary>The rule of all copies: both sides have the same length.</summary>
internal static class Matching
{
    /// <summary>Throws unless a copy's two sides have the same length.</summary>
    public static void Lengths(long source, long target)
    {
        if (source != target)
            throw new ArgumentException(
                $"A copy needs as many elements on both sides, but got {source:N0} in the source and {target:N0} in the target. Slice the longer one.");
    }
}
