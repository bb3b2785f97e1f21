using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Absolute value: y = |x|; its slope is the sign, 0 at 0.
/// </summary>
public readonly struct Abs : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => T.Abs(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> =>
        T.WhereGreater(x, T.Zero, T.One, T.WhereGreater(T.Zero, x, -T.One, T.Zero));
}
