using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Logarithm of one more: y = log(1 + x), precise near 0.
/// </summary>
public readonly struct Log1p : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => T.Log1p(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => T.One / (T.One + x);
}
