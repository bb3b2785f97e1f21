using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Natural logarithm: y = log(x); -inf at 0, NaN below.
/// </summary>
public readonly struct Log : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => T.Log(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => T.One / x;
}
