using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Choice: y = yes where a > b, else no; no where either is NaN.
/// </summary>
public readonly struct WhereGreater : IPointwiseChoice
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T a, T b, T yes, T no) where T : struct, ILane<T> => T.WhereGreater(a, b, yes, no);
}
