using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Sign: y = 1 above 0, -1 below, 0 at 0; its slope is 0 everywhere, and NaN passes through.
/// </summary>
public readonly struct Sign : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> =>
        T.WhereGreater(x, T.Zero, T.One, T.WhereGreater(T.Zero, x, -T.One, x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => T.Zero;
}
