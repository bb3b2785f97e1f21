using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Sigmoid linear unit, also called swish: y = x sigmoid(x).
/// Source: Elfwing, Uchibe and Doya (2018), "Sigmoid-weighted linear units for neural network function approximation".
/// </summary>
public readonly struct Silu : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => x * T.Sigmoid(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T>
    {
        var s = T.Sigmoid(x);
        return T.MultiplyAdd(y, T.One - s, s);
    }
}
