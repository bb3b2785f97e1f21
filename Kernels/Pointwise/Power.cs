using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Power of a positive number: y = a^b = exp(b log a); relative error about 1.2e-7 |b log a|. 1 where b is 0, NaN where a is negative.
/// </summary>
public readonly struct Power : IPointwisePair
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T a, T b) where T : struct, ILane<T> => T.WhereEqual(b, T.Zero, T.One, T.Exp(b * T.Log(a)));
}
