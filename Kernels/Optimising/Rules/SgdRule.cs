using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>Gradient descent: p -= rate g.</summary>
public readonly struct SgdRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T> =>
        new(p - c.Rate * c.Penalised(g, p), s, u);
}
