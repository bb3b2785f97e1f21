using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Rectified linear unit: y = max(x, 0); its slope is 0 at 0, and NaN passes through.
/// Source: Nair and Hinton (2010), "Rectified linear units improve restricted Boltzmann machines".
/// </summary>
public readonly struct Relu : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => T.Max(T.Zero, x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => T.WhereGreater(y, T.Zero, T.One, T.Zero);
}
