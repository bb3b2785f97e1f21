using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Hyperbolic tangent: y = (exp(2x) - 1) / (exp(2x) + 1).
/// Source: LeCun, Bottou, Orr and Müller (1998), "Efficient BackProp".
/// </summary>
public readonly struct Tanh : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => T.Tanh(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => T.One - y * y;
}
