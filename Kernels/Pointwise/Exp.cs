using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Exponential: y = exp(x).
/// </summary>
public readonly struct Exp : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => T.Exp(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => y;
}
