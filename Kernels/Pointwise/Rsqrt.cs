using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Reciprocal square root: y = 1 / sqrt(x).
/// </summary>
public readonly struct Rsqrt : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => T.One / T.Sqrt(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => T.Constant(-0.5f) * (y / x);
}
