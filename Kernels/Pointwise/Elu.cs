using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Exponential linear unit with the depth b: y = a where a > 0, else b (exp(a) - 1), precise near 0. NaN passes through.
/// Source: Clevert, Unterthiner and Hochreiter (2016), "Fast and accurate deep network learning by exponential linear units".
/// </summary>
public readonly struct Elu : IPointwisePair
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T a, T b) where T : struct, ILane<T> => T.WhereGreater(a, T.Zero, a, b * T.Expm1(a));
}
