using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Exponential less one: y = exp(x) - 1, precise near 0.
/// </summary>
public readonly struct Expm1 : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => T.Expm1(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => y + T.One;
}
