using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Softsign: y = x / (1 + |x|), bounded in (-1, 1), with heavier tails than tanh.
/// Source: Turian, Bergstra and Bengio (2009), "Quadratic features and deep architectures for chunking".
/// </summary>
public readonly struct Softsign : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => x / (T.One + T.Abs(x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T>
    {
        // 1 / (1 + |x|) = 1 - |y|, so no division.
        var t = T.One - T.Abs(y);
        return t * t;
    }
}
