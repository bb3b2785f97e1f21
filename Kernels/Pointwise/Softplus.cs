using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Softplus: y = log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)), which never overflows; its slope is the sigmoid.
/// Source: Dugas, Bengio, Bélisle, Nadeau and Garcia (2001), "Incorporating second-order functional knowledge for better option pricing".
/// </summary>
public readonly struct Softplus : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => T.Max(T.Zero, x) + T.Log1p(T.Exp(-T.Abs(x)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => T.Sigmoid(x);
}
