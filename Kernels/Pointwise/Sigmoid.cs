using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Logistic sigmoid: y = 1 / (1 + exp(-x)), exactly 0 and 1 far out.
/// Source: Rumelhart, Hinton and Williams (1986), "Learning representations by back-propagating errors".
/// </summary>
public readonly struct Sigmoid : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => T.Sigmoid(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => y * (T.One - y);
}
