using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// AdamW: Adam on the plain gradient, and p -= rate decay p beside it.
/// Source: Loshchilov and Hutter (2019).
/// </summary>
public readonly struct AdamWRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T> =>
        AdamRule.Adapt(p - c.Rate * c.Decay * p, g, s, u, c);
}
