using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Identity: y = x.
/// </summary>
public readonly struct Identity : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => x;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => T.One;
}
