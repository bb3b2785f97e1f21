using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Square: y = x * x.
/// </summary>
public readonly struct Square : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => x * x;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => x + x;
}
