using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Reciprocal: y = 1 / x.
/// </summary>
public readonly struct Reciprocal : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => T.One / x;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => -(y * y);
}
