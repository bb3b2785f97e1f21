using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Gradient descent with momentum: s = momentum s + g; p -= rate s.
/// Source: Polyak (1964), in the form of Sutskever et al. (2013) with the rate outside.
/// </summary>
public readonly struct MomentumRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T>
    {
        s = T.MultiplyAdd(c.Momentum, s, c.Penalised(g, p));
        return new(p - c.Rate * s, s, u);
    }
}
