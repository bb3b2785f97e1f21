using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Comparison: y = 1 where a > b, else 0; 0 where either is NaN.
/// </summary>
public readonly struct Greater : IPointwisePair
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T a, T b) where T : struct, ILane<T> => T.WhereGreater(a, b, T.One, T.Zero);
}
