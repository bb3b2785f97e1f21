using System.Numerics;

namespace GpuNN.Kernels;

/// <summary>
/// Divides by a number that is known before the launch: n / d = n m >> (31 + l) for 0 &lt;= n &lt; 2^31, with l = ceil(log2 d) and
/// m = ceil(2^(31 + l) / d). A multiplication and a shift, where a device has no instruction to divide integers.
/// Source: Granlund and Montgomery (1994), "Division by invariant integers using multiplication".
/// </summary>
public readonly struct Divisor
{
    private readonly uint factor;
    private readonly int shift;

    /// <summary>Makes ready to divide.</summary>
    /// <param name="d">The divisor; less than 1 counts as 1, so that empty shapes need no care.</param>
    public Divisor(int d)
    {
        Value = Math.Max(1, d);
        shift = 63 - BitOperations.LeadingZeroCount((uint)(Value - 1));
        factor = (uint)(((1UL << shift) + (uint)Value - 1) / (uint)Value);
    }

    /// <summary>The number divided by.</summary>
    public readonly int Value;

    /// <summary>n / d, rounded down; n is not negative.</summary>
    public int Divide(int n) => (int)(((ulong)(uint)n * factor) >> shift);
}
